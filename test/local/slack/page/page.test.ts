import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { section } from './fixture-blocks.ts';
import { APP, denyView, MIRROR_CHANNEL, NOW, said, tsAt } from './fixture-data.ts';
import { held } from './held.ts';

jest.setTimeout(30_000);

describeInBrowser('the Slack page', () => {
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
  beforeAll(async () => {
    await (await openPage('about:blank')).context().close();
  });
  afterAll(closeBrowser);

  const box = () => page.getByRole('textbox', { name: 'Message #mirror', exact: true });
  const switcher = () => page.getByRole('combobox', { name: 'Acting as', exact: true });
  const card = () => page.getByRole('article').filter({ hasText: 'waiting for' });

  test('shows a channel as a log of articles, with names for ids', async () => {
    const log = page.getByRole('log', { name: '#mirror' });
    expect(await log.getByRole('article').count()).toBe(6);
    expect(await card().innerText()).toContain('@platform-approvers');
    expect(await card().innerText()).toContain('expires 1 Dec 2026, 10:15');
    expect(await card().getByText('APP', { exact: true }).count()).toBe(1);
    expect(await log.getByText('(edited)').count()).toBe(1);
    expect(await log.getByRole('link', { name: 'the page' }).getAttribute('rel')).toContain('noopener');
    expect(await card().locator('time').first().getAttribute('title')).toBe(
      'Tuesday 24 November 2026 at 10:15:00',
    );
  });

  test('shows private lines to their reader only, and says that they are', async () => {
    expect(await page.getByText('Only visible to you').count()).toBe(1);
    await switcher().selectOption('U0BOB');
    await page.getByRole('log', { name: '#mirror' }).getByText('Ask here with').waitFor();
    expect(await page.getByText('Only visible to you').count()).toBe(0);
  });

  test('shows foreign markup as text and asks nobody else for anything', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const foreign =
      '<img src="https://evil.example/x.png" onerror="document.title=1"> <javascript:alert(1)|here>';
    slack.data.messages[MIRROR_CHANNEL] = [
      { ...said('U0OSCAR', '10:20:00', foreign) },
      {
        ...said(APP, '10:21:00', ''),
        blocks: [
          section('s', foreign),
          { type: 'image', block_id: 'i', image_url: 'https://evil.example/y.png', alt_text: 'a chart' },
        ],
      },
    ];
    await page.reload();
    await page.getByText('<img src=').nth(1).waitFor();
    expect(await page.getByText('a chart (picture not fetched').count()).toBe(1);
    expect(await page.locator('.log img').count()).toBe(0);
    expect(await page.locator('.log a:not([href^="https://"])').count()).toBe(0);
    expect(requests.filter((url) => !url.startsWith(slack.origin) && !url.startsWith('data:'))).toEqual([]);
  });

  test('draws an unknown block and an unknown element loudly', async () => {
    const elements = [{ type: 'datepicker', action_id: 'd' }];
    slack.data.messages[MIRROR_CHANNEL] = [
      { ...said(APP, '10:20:00', ''), blocks: [{ type: 'video' }, { type: 'actions', elements }] },
    ];
    slack.emit({ kind: 'channel', channel: MIRROR_CHANNEL });
    await page.getByText('unsupported block video').waitFor();
    await page.getByText('unsupported element datepicker').waitFor();
  });

  test('opens a thread, keeps it over a reload and gives the focus back', async () => {
    const thread = page.getByRole('region', { name: 'Thread' });
    await page.getByRole('button', { name: /3 replies/ }).click();
    await thread.getByText('CVE-2022-37434').waitFor();
    await page.reload();
    await thread.getByText('CVE-2022-37434').waitFor();
    await thread.getByRole('button', { name: 'Close thread' }).click();
    await thread.waitFor({ state: 'detached' });
    expect(await page.locator(':focus').innerText()).toContain('3 replies');
  });

  test('keeps person and channel in the address', async () => {
    await switcher().selectOption('U0CAROL');
    await page.getByRole('button', { name: 'Mirror', exact: true }).click();
    await page.getByRole('textbox', { name: 'Message Mirror', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: 'Message Mirror', exact: true }).waitFor();
    expect(await switcher().inputValue()).toBe('U0CAROL');
    await page.goBack();
    await box().waitFor();
  });

  test('suggests slash commands, sends on Enter and waits visibly', async () => {
    const answer = held({ ok: true });
    slack.answer = () => answer.promise;
    await box().fill('/');
    await page.getByRole('option', { name: '/mirror' }).waitFor();
    await box().press('Enter');
    expect(await box().inputValue()).toBe('/mirror ');
    await box().pressSequentially('nginx:1.21-alpine');
    await box().press('Enter');
    await page.getByText('waiting for Mirror', { exact: false }).first().waitFor();
    expect(slack.posts).toEqual([
      {
        path: '/_local/command',
        body: { user: 'U0ALICE', channel: MIRROR_CHANNEL, text: '/mirror nginx:1.21-alpine' },
      },
    ]);
    expect(await box().inputValue()).toBe('');
    answer.release();
    await page.locator('.sending').waitFor({ state: 'detached' });
  });

  test('ignores an empty message, and breaks the line on Shift+Enter', async () => {
    await box().press('Enter');
    await box().fill('   ');
    await box().press('Enter');
    await box().fill('a');
    await box().press('Shift+Enter');
    await box().pressSequentially('b');
    await box().press('Enter');
    await expectPost(slack, 1);
    expect(slack.posts.map(({ body }) => body)).toEqual([
      { user: 'U0ALICE', channel: MIRROR_CHANNEL, text: 'a\nb' },
    ]);
  });

  test('says inline what went wrong and gives the text back', async () => {
    slack.answer = () => ({ ok: false, error: 'operation_timeout' });
    await box().fill('/mirror nginx');
    await box().press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'operation_timeout' });
    expect(await alert.innerText()).toContain(
      "/mirror failed: Mirror did not acknowledge within Slack's 3 seconds",
    );
    expect(await box().inputValue()).toBe('/mirror nginx');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  test('a button posts its click once and is disabled until answered', async () => {
    const answer = held({ ok: true });
    slack.answer = () => answer.promise;
    const approve = card().getByRole('button', { name: 'Approve' });
    await approve.click();
    await page.locator('[aria-busy="true"]').waitFor();
    expect(await approve.isDisabled()).toBe(true);
    await approve.click({ force: true });
    answer.release();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    expect(slack.posts.map(({ body }) => body)).toEqual([
      {
        user: 'U0ALICE',
        channel: MIRROR_CHANNEL,
        ts: tsAt('10:15:00'),
        action_id: 'approve',
        block_id: 'decide',
        value: 'M-7F3K',
      },
    ]);
  });

  test('a button that its own click takes away leaves the focus to the message list', async () => {
    slack.answer = () => {
      slack.data.messages[MIRROR_CHANNEL] = [said('U0BOB', '10:23:00', 'decided')];
      return { ok: true };
    };
    await card().getByRole('button', { name: 'Approve' }).click();
    await page.getByText('decided').waitFor();
    await card().waitFor({ state: 'detached' });
    expect(await page.locator(':focus').getAttribute('role')).toBe('log');
  });

  test('a confirm dialog holds the click back until its yes', async () => {
    await card().getByRole('button', { name: 'Deny' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deny this request?' });
    await dialog.getByRole('button', { name: 'Back' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(slack.posts).toEqual([]);
    await card().getByRole('button', { name: 'Deny' }).click();
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await expectPost(slack, 1);
    expect(slack.posts[0]?.body).toMatchObject({ action_id: 'deny' });
  });

  test('an overflow menu works from the keyboard', async () => {
    await card().getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Show the plan' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expectPost(slack, 1);
    expect(slack.posts[0]?.body).toMatchObject({ action_id: 'more', block_id: 'decide', value: 'cancel' });
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('More actions');
  });

  test('a modal takes the focus, refuses what is missing, submits, and gives the focus back', async () => {
    const newer = card().getByRole('button', { name: 'Approve' });
    slack.answer = () => {
      slack.data.views = [{ ...denyView(), user: 'U0ALICE' }];
      return { ok: true };
    };
    await newer.click();
    const dialog = page.getByRole('dialog', { name: 'Deny the request' });
    const reason = dialog.getByRole('textbox', { name: 'Reason' });
    await reason.waitFor();
    expect(await page.locator(':focus').getAttribute('data-block')).toBe('reason');
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    await reason.fill('use 1.27');
    await dialog.getByRole('combobox', { name: 'Offer instead' }).selectOption('1.27-alpine');
    slack.answer = () => {
      slack.data.views = [];
      return { ok: true };
    };
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(slack.posts.at(-1)).toEqual({
      path: '/_local/submit',
      body: {
        user: 'U0ALICE',
        view_id: 'V0DENY',
        values: { reason: { text: 'use 1.27' }, instead: { tag: '1.27-alpine' } },
      },
    });
    expect(slack.posts).toHaveLength(2);
    expect(await page.locator(':focus').innerText()).toContain('Approve');
  });

  test('a modal shows the errors of its blocks, and Escape closes it', async () => {
    slack.data.views = [{ ...denyView({ reason: 'Say why.' }), user: 'U0ALICE' }];
    slack.emit({ kind: 'views', user: 'U0ALICE' });
    const dialog = page.getByRole('dialog', { name: 'Deny the request' });
    await dialog.getByRole('alert').filter({ hasText: 'Say why.' }).waitFor();
    slack.answer = () => {
      slack.data.views = [];
      return { ok: true };
    };
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(slack.posts).toEqual([{ path: '/_local/close', body: { user: 'U0ALICE', view_id: 'V0DENY' } }]);
  });

  test('an archived channel can be read, not written to', async () => {
    await page.getByRole('button', { name: /images-2024/ }).click();
    await page.getByText('This channel is archived').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  });
});

async function expectPost(slack: Fixture, count: number): Promise<void> {
  await slack.posted(count);
  expect(slack.posts).toHaveLength(count);
}
