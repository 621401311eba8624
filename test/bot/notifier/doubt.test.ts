import { describe, expect, test } from '@jest/globals';
import { repliesOf } from '../../integration/person.ts';
import { onStage, type Stage, TIMING } from '../stage.ts';
import { answer, api, called } from './slack-faults.ts';

const WAIT = TIMING.postDeadlineMs + TIMING.graceMs;
const post = 'chat.postMessage';

/** Nobody posts anything until deadline and grace are over; then the story goes on. */
async function waitOut(stage: Stage): Promise<void> {
  const before = called(stage, post);
  await stage.notify();
  stage.pass(WAIT - 1);
  await stage.notify();
  expect(called(stage, post)).toBe(before);
  stage.pass(1);
  await stage.notify();
}

describe('an answer that never came', () => {
  test('of a posted card: found again by its metadata, with its thread, not posted twice', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      await stage.notify();
      expect(stage.slack.faults.hits).toBe(1);
      expect((await stage.item()).notifier.tried?.channel).toBe(stage.slack.channels.mirror);
      await waitOut(stage);
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      expect((await stage.item()).notifier.card?.ts).toBe(cards[0]?.ts);
      // What it shows is not known, so it is edited once.
      expect(called(stage, 'chat.update')).toBe(1);
    }));

  test('of a card that never arrived: posted again, after the wait', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add({ kind: 'cut', match: api(post) });
      await stage.notify();
      expect(await stage.cards()).toHaveLength(0);
      await waitOut(stage);
      expect(await stage.cards()).toHaveLength(1);
    }));

  test('of a reply: found in the thread, and the next lines follow it', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      await stage.notify();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      await waitOut(stage);
      const [card] = await stage.cards();
      if (!card) throw new Error('no card');
      expect(repliesOf(card).map((line) => line.split(' ')[0])).toEqual(['Approved', 'Cancelled']);
    }));

  test('of a reply that never arrived: posted again in its order', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      stage.slack.faults.add({ kind: 'cut', match: api(post) });
      await stage.notify();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      await waitOut(stage);
      const [card] = await stage.cards();
      if (!card) throw new Error('no card');
      expect(repliesOf(card).map((line) => line.split(' ')[0])).toEqual(['Approved', 'Cancelled']);
    }));

  test('of a direct message: found there, not sent twice', () =>
    onStage({}, async (stage) => {
      const { privateShop } = stage.slack.channels;
      await stage.change();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      const item = await stage.item();
      const elsewhere = {
        ...stage.deps.requests,
        get: async () => ({ ...(await stage.item()), channel: privateShop }),
      };
      expect(item.events[0]).toMatchObject({ type: 'cancelled', offered: false });
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      await stage.notify({ requests: elsewhere });
      stage.pass(WAIT);
      await stage.notify({ requests: elsewhere });
      expect(await stage.directs()).toHaveLength(1);
      expect((await stage.item()).dueAt).toBeUndefined();
    }));

  test('of a line that one person sees: it comes again as a direct message, which can be found', () =>
    onStage({}, async (stage) => {
      await stage.change();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      stage.slack.faults.add({ kind: 'cut', match: api('chat.postEphemeral') });
      await stage.notify();
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      stage.pass(WAIT);
      await stage.notify();
      stage.pass(WAIT);
      await stage.notify();
      const directs = await stage.directs();
      expect(directs).toHaveLength(1);
      expect(directs[0]?.metadata).toMatchObject({ event_payload: { key: `${stage.id}#0#0` } });
      expect(called(stage, 'chat.postEphemeral')).toBe(0);
      expect((await stage.item()).dueAt).toBeUndefined();
    }));

  test.each([
    ['a proxy’s page with status 200', { kind: 'status', status: 200, body: '<html>sorry</html>' }],
    ['HTTP 503', { kind: 'status', status: 503, body: 'no' }],
  ] as const)('%s is no answer: nothing is said again before the wait is over', (_, fault) =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add({ ...fault, match: api(post) });
      await stage.notify();
      expect((await stage.item()).notifier.tried).toBeDefined();
      await waitOut(stage);
      expect(await stage.cards()).toHaveLength(1);
    }),
  );

  test('of Slack’s own "internal_error" is doubt too', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add(answer(post, 'internal_error'));
      await stage.notify();
      expect((await stage.item()).notifier.tried).toBeDefined();
    }));

  test('to the question where the line is keeps the doubt, and asks ever more rarely', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.slack.faults.add({ kind: 'lost', match: api(post) });
      await stage.notify();
      stage.pass(WAIT);
      stage.slack.faults.add({ kind: 'cut', match: api('conversations.history'), times: 3 });
      const pauses: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        await stage.notify();
        const { notBefore = 0, tried } = (await stage.item()).notifier;
        expect(tried).toBeDefined();
        pauses.push(notBefore - stage.now());
        stage.pass(notBefore - stage.now());
      }
      expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
      expect(pauses[0]).toBeGreaterThanOrEqual(5_000);
      await stage.notify();
      expect(await stage.cards()).toHaveLength(1);
      expect(called(stage, post)).toBe(1);
    }));
});

describe('a process that dies', () => {
  test.each(['before', 'after'] as const)('right %s the card was posted leaves one card', (when) =>
    onStage({}, async (stage) => {
      await stage.offer();
      const { slack } = stage.deps;
      const die = async (): Promise<never> => {
        throw new Error('killed');
      };
      await stage.tryNotify({
        slack: { ...slack, post: when === 'before' ? die : (said) => slack.post(said).then(die) },
      });
      expect(await stage.cards()).toHaveLength(when === 'before' ? 0 : 1);
      await waitOut(stage);
      expect(await stage.cards()).toHaveLength(1);
    }),
  );

  test('while a card shows progress is noticed no later than the edit is in doubt', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      await stage.change({ kind: 'claim', image: '1', owner: 'w' });
      stage.pass(3_000);
      await stage.notify();
      const { work } = await stage.item();
      const progress = { stage: 'blobs', doneBytes: 5_000_000, totalBytes: 107_000_000 } as const;
      const until = stage.now() + TIMING.leaseMs * 10;
      const { fence = 0 } = work['1'] ?? {};
      await stage.requests.heartbeat({ id: stage.id, key: '1', owner: 'w', fence, until, progress });
      // The tick has looked since: the request is next due when the worker's lease runs out.
      await stage.requests.park(await stage.item(), { dueAt: until });
      stage.pass(3_000);
      const { slack } = stage.deps;
      await stage.tryNotify({ slack: { ...slack, edit: () => Promise.reject(new Error('killed')) } });
      const { dueAt, notifier } = await stage.item();
      expect(notifier.tried).toBeDefined();
      expect(dueAt).toBe((notifier.tried?.deadline ?? 0) + TIMING.graceMs);
    }));
});
