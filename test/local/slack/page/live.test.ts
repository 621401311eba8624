import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { TranscriptMessage } from '../../../../local/slack/local-api.ts';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { copyingCard } from './fixture-blocks.ts';
import { MIRROR_CHANNEL, NOW, said } from './fixture-data.ts';

jest.setTimeout(30_000);

describeInBrowser('the Slack page, live', () => {
  let slack: Fixture;
  let page: Page;

  beforeEach(async () => {
    slack = await startFixture();
    page = await openPage(`${slack.origin}/`, { now: NOW, height: 600 });
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await slack.listening();
  });
  afterEach(async () => {
    await page.context().close();
    await slack.close();
  });
  afterAll(closeBrowser);

  const log = () => page.getByRole('log', { name: '#mirror' });
  const add = (...more: readonly TranscriptMessage[]) => {
    slack.data.messages[MIRROR_CHANNEL] = [...(slack.data.messages[MIRROR_CHANNEL] ?? []), ...more];
    slack.emit({ kind: 'channel', channel: MIRROR_CHANNEL });
  };

  test('shows what others do, without a reload', async () => {
    add(said('U0BOB', '10:23:00', 'on it'));
    await log().getByText('on it').waitFor();
    slack.data.messages[MIRROR_CHANNEL] = (slack.data.messages[MIRROR_CHANNEL] ?? []).map((message) =>
      message.text.startsWith('Alice asks') ? { ...message, blocks: copyingCard, edited: true } : message,
    );
    slack.emit({ kind: 'channel', channel: MIRROR_CHANNEL });
    await log().getByText('copying, 74 of 107 MB').waitFor();
    expect(await log().getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  test('fetches once more, not fifty times, for fifty changes that come together', async () => {
    const before = slack.gets.length;
    for (let n = 0; n < 49; n += 1) slack.emit({ kind: 'channel', channel: MIRROR_CHANNEL });
    add(said('U0BOB', '10:23:00', 'the last one'));
    await log().getByText('the last one').waitFor();
    expect(slack.gets.length - before).toBeLessThan(25);
  });

  test('marks another channel as unread until it is looked at', async () => {
    slack.emit({ kind: 'channel', channel: 'D0APP' });
    const entry = page.getByRole('button', { name: 'Mirror new messages' });
    await entry.click();
    await page.getByRole('textbox', { name: 'Message Mirror', exact: true }).waitFor();
    expect(await entry.count()).toBe(0);
  });

  test('stays at the newest message, but leaves a reader alone who has scrolled up', async () => {
    add(said('U0BOB', '10:23:00', 'seen at once'));
    await log().getByText('seen at once').waitFor();
    expect(await inView(log().getByText('seen at once'))).toBe(true);
    await log().hover();
    await page.mouse.wheel(0, -2000);
    await page.getByText('Reminder:').waitFor();
    await page.waitForFunction('document.querySelector(".log").scrollTop < 50');
    add(said('U0BOB', '10:24:00', 'below'));
    const more = page.getByRole('button', { name: /New messages/ });
    await more.waitFor();
    expect(await inView(log().getByText('below', { exact: true }))).toBe(false);
    await more.click();
    await more.waitFor({ state: 'detached' });
    expect(await inView(log().getByText('below', { exact: true }))).toBe(true);
  });

  test('says that the connection is lost, and comes back by itself with what happened meanwhile', async () => {
    const { port } = slack;
    await slack.close();
    await page.getByRole('status').filter({ hasText: 'Connection lost. Reconnecting' }).waitFor();
    slack = await startFixture(port);
    slack.data.messages[MIRROR_CHANNEL] = [said('U0BOB', '10:24:00', 'while you were away')];
    await page.getByRole('status').filter({ hasText: 'Connected again.' }).waitFor();
    await log().getByText('while you were away').waitFor();
  });

  test('a click while the server is away says so under the message and frees the button', async () => {
    await slack.close();
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.click();
    await page.getByRole('article').getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    expect(await approve.isEnabled()).toBe(true);
  });
});

async function inView(locator: ReturnType<Page['locator']>): Promise<boolean> {
  const box = await locator.boundingBox();
  return box !== null && box.y >= 50 && box.y + box.height <= 520;
}
