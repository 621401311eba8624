import { WebClient } from '@slack/web-api';
import { describe, expect, test } from '@jest/globals';
import { webClientOptions } from '../../../bot/slack/client.ts';
import { textOf } from '../../integration/person.ts';
import { onStage, silent, type Stage, TIMING } from '../stage.ts';
import { answer, api, called } from './slack-faults.ts';

const WAIT = TIMING.postDeadlineMs + TIMING.graceMs;
const SOON = 120_000;
const LATER = 1_800_000;
const post = 'chat.postMessage';

/** Slack applies the post that was given up, long after it was said again. */
async function appliedLate(stage: Stage, key: string, threadTs?: string): Promise<string> {
  const web = new WebClient(stage.slack.botToken, {
    ...webClientOptions(stage.slack.apiUrl, TIMING.postTimeoutMs),
    logger: silent,
  });
  const { ts } = await web.chat.postMessage({
    channel: stage.slack.channels.mirror,
    text: 'the same line once more',
    metadata: { event_type: 'mirror_line', event_payload: { key } },
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  });
  return ts ?? '';
}

/** A card that was posted, in doubt, and posted again. */
async function cardAgain(stage: Stage): Promise<void> {
  await stage.offer();
  stage.slack.faults.add({ kind: 'cut', match: api(post) });
  await stage.notify();
  stage.pass(WAIT);
  await stage.notify();
}

async function replyAgain(stage: Stage): Promise<string> {
  await stage.offer();
  await stage.notify();
  await stage.approve();
  stage.slack.faults.add({ kind: 'cut', match: api(post) });
  await stage.notify();
  stage.pass(WAIT);
  await stage.notify();
  const [card] = await stage.cards();
  return card?.ts ?? '';
}
const replies = async (stage: Stage): Promise<readonly string[]> =>
  ((await stage.cards())[0]?.replies ?? []).map(textOf);

describe('a line that was said again after doubt', () => {
  test('and whose first post Slack applies late: of two cards the one that the request points to stays', () =>
    onStage({}, async (stage) => {
      await cardAgain(stage);
      await appliedLate(stage, `${stage.id}#0#0`);
      expect(await stage.cards()).toHaveLength(2);
      stage.pass(SOON);
      await stage.notify();
      const cards = await stage.cards();
      expect(cards.map(({ ts }) => ts)).toEqual([(await stage.item()).notifier.card?.ts]);
    }));

  test('of two replies the earlier one stays, and nothing else of the thread is touched', () =>
    onStage({}, async (stage) => {
      const card = await replyAgain(stage);
      await appliedLate(stage, `${stage.id}#1#0`, card);
      await appliedLate(stage, 'M-OTHER#1#0', card);
      expect(await replies(stage)).toHaveLength(3);
      stage.pass(SOON);
      await stage.notify();
      expect(await replies(stage)).toEqual([
        expect.stringContaining('Approved by'),
        'the same line once more',
      ]);
    }));

  test('is looked for twice, soon and once more, and then never again', () =>
    onStage({}, async (stage) => {
      const card = await replyAgain(stage);
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      stage.pass(3_000);
      await stage.notify();
      const looks = () => called(stage, 'conversations.replies');
      const before = looks();
      stage.pass(SOON - 3_000);
      await stage.notify();
      expect(looks()).toBe(before + 1);
      stage.pass(LATER - 1);
      await stage.notify();
      expect(looks()).toBe(before + 1);
      await appliedLate(stage, `${stage.id}#1#0`, card);
      stage.pass(1);
      await stage.notify();
      expect(looks()).toBe(before + 2);
      expect((await replies(stage)).filter((text) => text.startsWith('Approved'))).toHaveLength(1);
      expect(await replies(stage)).toHaveLength(2);
      const item = await stage.item();
      expect(item.notifier.doubled).toBeUndefined();
      expect(item.dueAt).toBeUndefined();
    }));

  test('while Slack does not answer the look, is looked for once more than else, and the story goes on meanwhile', () =>
    onStage({}, async (stage) => {
      const card = await replyAgain(stage);
      await appliedLate(stage, `${stage.id}#1#0`, card);
      stage.slack.faults.add({ kind: 'cut', match: api('conversations.replies') });
      stage.pass(SOON);
      await stage.notify();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      await stage.notify();
      expect(await replies(stage)).toHaveLength(3);
      stage.pass(LATER);
      await stage.notify();
      expect((await replies(stage)).filter((text) => !text.startsWith('Cancelled'))).toHaveLength(1);
    }));

  test('that Slack does not take away is left, and the looks end all the same', () =>
    onStage({}, async (stage) => {
      const card = await replyAgain(stage);
      await appliedLate(stage, `${stage.id}#1#0`, card);
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      stage.slack.faults.add({ ...answer('chat.delete', 'cant_delete_message'), times: 9 });
      for (const wait of [SOON, LATER, LATER]) {
        stage.pass(wait);
        await stage.notify();
      }
      expect((await stage.item()).dueAt).toBeUndefined();
    }));

  test('that was found after all is not looked for again', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      await stage.notify();
      stage.pass(WAIT);
      await stage.notify();
      expect((await stage.item()).notifier.doubled).toBeUndefined();
    }));
});
