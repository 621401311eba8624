import { describe, expect, test } from '@jest/globals';
import { repliesOf, textOf } from '../../integration/person.ts';
import { onStage, type Stage, TIMING } from '../stage.ts';
import { answer, api, called } from './slack-faults.ts';

const update = 'chat.update';
const shown = async (stage: Stage): Promise<string> => {
  const [card] = await stage.cards();
  return card ? textOf(card) : '';
};

async function copying(stage: Stage): Promise<void> {
  await stage.offer();
  await stage.notify();
  await stage.approve();
  await stage.change({ kind: 'claim', image: '1', owner: 'w' });
  stage.pass(3_000);
  await stage.notify();
}

async function progress(stage: Stage, doneBytes: number): Promise<void> {
  const fence = (await stage.item()).work['1']?.fence ?? 0;
  const now = { stage: 'blobs', doneBytes, totalBytes: 107_000_000 } as const;
  const until = stage.now() + TIMING.leaseMs;
  await stage.requests.heartbeat({ id: stage.id, key: '1', owner: 'w', fence, until, progress: now });
}

describe('the card', () => {
  test('is edited at most once in 3 s, and shows the last state then', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      stage.pass(1_000);
      await stage.approve();
      await stage.notify();
      expect(called(stage, update)).toBe(0);
      // Somebody rings when the pause is over.
      expect(stage.rings).toEqual([2_000]);
      await stage.change({ kind: 'claim', image: '1', owner: 'w' });
      await stage.notify();
      stage.pass(1_999);
      await stage.notify();
      expect(called(stage, update)).toBe(0);
      stage.pass(1);
      await stage.notify();
      expect(called(stage, update)).toBe(1);
      expect(await shown(stage)).toContain('◐ copying');
    }));

  test('shows how far a copy is, each time somebody rings and not more often than every 3 s', () =>
    onStage({}, async (stage) => {
      await copying(stage);
      const before = called(stage, update);
      await progress(stage, 20_000_000);
      await stage.notify();
      expect(called(stage, update)).toBe(before);
      stage.pass(3_000);
      await stage.notify();
      expect(await shown(stage)).toContain('◐ copying, 20 MB of 107 MB');
      await progress(stage, 74_000_000);
      stage.pass(3_000);
      await stage.notify();
      await stage.notify();
      expect(await shown(stage)).toContain('◐ copying, 74 MB of 107 MB');
      expect(called(stage, update)).toBe(before + 2);
    }));

  test.each(['lost', 'cut'] as const)('whose edit’s answer was %s is edited again after the wait', (kind) =>
    onStage({}, async (stage) => {
      await copying(stage);
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      stage.pass(3_000);
      stage.slack.faults.add({ kind, match: api(update) });
      await stage.notify();
      expect((await stage.item()).notifier.shown).toBeUndefined();
      const before = called(stage, update);
      await stage.notify();
      expect(called(stage, update)).toBe(before);
      stage.pass(TIMING.postDeadlineMs + TIMING.graceMs);
      await stage.notify();
      expect(called(stage, update)).toBe(before + 1);
      expect(await shown(stage)).toContain('✕ cancelled by');
      expect((await stage.item()).dueAt).toBeUndefined();
    }),
  );

  test('that somebody deleted does not keep the story back: its lines reach the requester', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      const [card] = await stage.cards();
      if (!card) throw new Error('no card');
      stage.slack.change({ kind: 'deleted', channel: stage.slack.channels.mirror, ts: card.ts });
      stage.pass(3_000);
      await stage.finish();
      await stage.notify();
      expect(await stage.cards()).toHaveLength(0);
      const directs = await stage.directs();
      expect(directs.map((message) => textOf(message).split('\n').slice(0, 2))).toEqual([
        [expect.stringContaining('nginx:1.21-alpine'), expect.stringContaining('Approved by')],
        [expect.stringContaining(stage.id), expect.stringContaining('In ECR')],
        [expect.stringContaining(stage.id), expect.stringContaining('No scan findings')],
      ]);
      const item = await stage.item();
      expect(item.dueAt).toBeUndefined();
      expect(item.notifier.unsaid).toBeUndefined();
    }));

  test.each([
    [
      'edit_window_closed',
      ({ slack }: Stage) => {
        slack.change({ kind: 'edit_window', minutes: 5 });
      },
    ],
    [
      'cant_update_message',
      ({ slack }: Stage) => slack.faults.add({ ...answer(update, 'cant_update_message'), times: 9 }),
    ],
  ])(
    'that Slack does not let be edited any more (%s) stays as it is, and its thread goes on telling',
    (_, close) =>
      onStage({}, async (stage) => {
        await stage.offer();
        await stage.notify();
        const before = await shown(stage);
        close(stage);
        stage.pass(6 * 60_000);
        await stage.finish();
        await stage.notify();
        stage.pass(3_000);
        await stage.notify();
        const [card, ...others] = await stage.cards();
        expect(others).toEqual([]);
        expect(card && textOf(card)).toBe(before);
        expect(card && repliesOf(card)).toEqual([
          expect.stringContaining('Approved by'),
          expect.stringContaining('In ECR'),
          expect.stringContaining('No scan findings'),
        ]);
        // What cannot be shown is tried once, and nobody is to look at it again.
        expect(called(stage, update)).toBeLessThanOrEqual(1);
        expect((await stage.item()).dueAt).toBeUndefined();
        expect(await stage.directs()).toEqual([]);
      }),
  );

  test('deleted while a line was in doubt does not block either', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      stage.slack.faults.add({ kind: 'cut', match: api('chat.postMessage') });
      await stage.notify();
      const [card] = await stage.cards();
      stage.slack.change({ kind: 'deleted', channel: stage.slack.channels.mirror, ts: card?.ts ?? '' });
      stage.pass(TIMING.postDeadlineMs + TIMING.graceMs);
      await stage.notify();
      expect(await stage.directs()).toHaveLength(1);
    }));

  test('whose blocks Slack refuses is shortened to its sentence, but keeps its buttons while it waits', () =>
    onStage({}, async (stage) => {
      const rule = {
        name: 'two',
        decision: 'approve',
        approvals: 2,
        selfApproval: false,
        configHash: 'c',
      } as const;
      const { approver, approver2 } = stage.slack.people;
      await stage.offer({ rule: { ...rule, approvers: { users: [approver, approver2], userGroups: [] } } });
      await stage.notify();
      stage.pass(3_000);
      await stage.change({ kind: 'approve', by: approver, images: ['1'], configHash: 'c' });
      stage.slack.faults.add(answer(update, 'invalid_blocks'));
      await stage.notify();
      expect((await stage.cards())[0]?.blocks.some(({ type }) => type === 'actions')).toBe(true);
      stage.pass(3_000);
      await stage.change({ kind: 'deny', by: approver2, images: ['1'] });
      stage.slack.faults.add(answer(update, 'invalid_blocks'));
      await stage.notify();
      const [card] = await stage.cards();
      expect(card?.blocks).toEqual([]);
      expect(card?.text).toContain('it was denied');
    }));
});

describe('a line', () => {
  test('whose blocks Slack refuses is said as its text alone', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      const messages = ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'];
      stage.slack.faults.add(
        answer('chat.postMessage', 'invalid_blocks', { response_metadata: { messages } }),
      );
      await stage.notify();
      const [card] = await stage.cards();
      expect(card?.replies[0]).toMatchObject({ blocks: [], text: expect.stringContaining('approved nginx') });
      if (card) expect(repliesOf(card)).toHaveLength(1);
    }));

  test('that Slack asks to wait for is said then, and those behind it stay behind it', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      stage.pass(3_000);
      await stage.finish();
      stage.slack.faults.add({
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '30', 'content-type': 'application/json' },
        body: '{"ok":false,"error":"ratelimited"}',
        match: api('chat.postMessage'),
      });
      const before = called(stage, 'chat.postMessage');
      await stage.notify();
      const { notifier } = await stage.item();
      expect(notifier.notBefore).toBe(stage.now() + 30_000);
      expect(notifier.tried).toBeUndefined();
      expect(stage.rings.at(-1)).toBe(30_000);
      stage.pass(29_999);
      await stage.notify();
      expect(called(stage, 'chat.postMessage')).toBe(before);
      stage.pass(1);
      await stage.notify();
      const [card] = await stage.cards();
      if (!card) throw new Error('no card');
      expect(repliesOf(card).map((line) => line.slice(0, 6))).toEqual(['Approv', 'In ECR', '⚠ No s']);
    }));

  test.each(['token_revoked', 'account_inactive', 'invalid_auth'])(
    'waits while the app is locked out (%s), and all are caught up afterwards',
    (error) =>
      onStage({}, async (stage) => {
        await stage.offer();
        await stage.notify();
        await stage.finish();
        stage.slack.faults.add({ ...answer('chat.postMessage', error), times: 2 });
        for (let n = 0; n < 2; n += 1) {
          await stage.notify();
          const { notifier } = await stage.item();
          expect(notifier.notBefore).toBe(stage.now() + 60_000);
          expect(notifier.unsaid).toBeUndefined();
          stage.pass(60_000);
        }
        await stage.notify();
        expect((await stage.cards())[0]?.replies).toHaveLength(3);
        expect((await stage.item()).dueAt).toBeUndefined();
      }),
  );
});
