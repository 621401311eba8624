import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { MIRROR_CHANNEL, NOW, said, tsAt } from './fixture-data.ts';

jest.setTimeout(60_000);

describeInBrowser('Home tab, shortcuts, threads and appearance on the Slack page', () => {
  let slack: Fixture;
  let page: Page;

  beforeEach(async () => {
    slack = await startFixture();
    page = await openPage(`${slack.origin}/`, { now: NOW });
    await page.getByRole('button', { name: 'Approve' }).waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await slack.close();
  });
  afterAll(closeBrowser);

  test('the app has a Home tab: opening it tells the app, its buttons are clicks on it, each person has their own', async () => {
    await page.getByRole('button', { name: 'Mirror', exact: true }).click();
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    const home = page.getByRole('region', { name: 'Home of Mirror' });
    await home.getByRole('heading', { name: 'Waiting for you' }).waitFor();
    await slack.posted(1);
    expect(slack.posts[0]).toEqual({ path: '/_local/home', body: { user: 'U0ALICE', tab: 'home' } });
    await home.getByRole('button', { name: 'Refresh' }).click();
    await slack.posted(2);
    expect(slack.posts[1]).toMatchObject({
      path: '/_local/click',
      body: { ts: 'V0HOME', action_id: 'home_refresh' },
    });
    await page.getByRole('combobox', { name: 'Acting as' }).selectOption('U0BOB');
    await home.getByText('is drawing this page').waitFor();
    slack.data.homes['U0BOB'] = {
      user: 'U0BOB',
      id: 'V1',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'Bob' } }],
    };
    slack.emit({ kind: 'home', user: 'U0BOB' });
    await home.getByRole('heading', { name: 'Bob' }).waitFor();
    await page.reload();
    await home.getByRole('heading', { name: 'Bob' }).waitFor();
  });

  test('shortcuts are reached by the keyboard: of the message box, and of a message', async () => {
    const box = page.getByRole('textbox', { name: 'Message #mirror', exact: true });
    await box.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Shortcuts' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await slack.posted(1);
    expect(slack.posts[0]).toEqual({
      path: '/_local/shortcut',
      body: { user: 'U0ALICE', callback_id: 'mirror_image' },
    });
    const card = page.getByRole('article').filter({ hasText: 'waiting for' });
    const more = card.getByRole('button', { name: 'Shortcuts for this message' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /Mirror these images/ }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('menuitem').count()).toBe(0);
    expect(await more.evaluate((button) => button.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /Mirror these images/ }).click();
    await slack.posted(2);
    expect(slack.posts[1]).toMatchObject({
      body: { callback_id: 'mirror_message', channel: MIRROR_CHANNEL, ts: tsAt('10:15:00') },
    });
  });

  test('a reply is written in the thread, and what could not be sent comes back', async () => {
    await page.getByRole('button', { name: /3 replies/ }).click();
    const thread = page.getByRole('region', { name: 'Thread' });
    const reply = thread.getByRole('textbox', { name: 'Reply in thread' });
    slack.answer = () => ({ ok: false, error: 'not_in_threads' });
    await reply.fill('/mirror nginx');
    await reply.press('Enter');
    await thread.getByRole('alert').filter({ hasText: 'do not work in threads' }).waitFor();
    expect(await reply.inputValue()).toBe('/mirror nginx');
    slack.answer = () => ({ ok: true });
    await reply.fill('@mirror mirror nginx');
    await reply.press('Enter');
    await slack.posted(2);
    expect(slack.posts[1]).toMatchObject({
      path: '/_local/command',
      body: { text: '@mirror mirror nginx', thread_ts: expect.stringMatching(/^\d+\.\d+$/) },
    });
    // The channel's own box was not touched by it.
    expect(await page.getByRole('textbox', { name: 'Message #mirror', exact: true }).inputValue()).toBe('');
  });

  test('light and dark follow the system until one is chosen, and the choice is kept', async () => {
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await paper();
    expect(dark).not.toBe(light);
    const appearance = page.getByRole('combobox', { name: 'Appearance' });
    await appearance.selectOption('light');
    expect(await paper()).toBe(light);
    await page.reload();
    expect(await paper()).toBe(light);
    await appearance.selectOption('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await paper()).toBe(dark);
  });

  test('an empty channel shows what can be tried, and writes it into the box', async () => {
    slack.data.messages['C0FRONT'] = [];
    await page.getByRole('button', { name: 'shop-frontend' }).click();
    await page.getByRole('button', { name: '/mirror nginx:1.21-alpine base-images/nginx' }).click();
    expect(await page.getByRole('textbox', { name: 'Message #shop-frontend' }).inputValue()).toBe(
      '/mirror nginx:1.21-alpine base-images/nginx',
    );
  });

  test('a private line has no menu of shortcuts', async () => {
    slack.data.messages[MIRROR_CHANNEL] = [said('U0OSCAR', '10:20:00', 'redis, please')];
    slack.emit({ kind: 'channel', channel: MIRROR_CHANNEL });
    await page.getByText('redis, please').waitFor();
    expect(await page.getByRole('button', { name: 'Shortcuts for this message' }).count()).toBe(1);
    expect(await page.getByText('Only visible to you').count()).toBe(1);
  });
});
