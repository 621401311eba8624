import { describe, expect, test } from '@jest/globals';
import { CARDS_MAX } from '../../../core/request/deliveries.ts';
import { repliesOf, textOf } from '../../integration/person.ts';
import { onStage, type Stage, TIMING } from '../stage.ts';
import { answer, api, called } from './slack-faults.ts';

const post = 'chat.postMessage';

async function waiting(stage: Stage): Promise<string> {
  await stage.offer({ rule: twoApprovals });
  await stage.notify();
  const [card] = await stage.cards();
  if (!card) throw new Error('no card');
  return card.ts;
}
const twoApprovals = {
  name: 'base-images',
  decision: 'approve',
  approvals: 2,
  selfApproval: false,
  approvers: { users: [], userGroups: ['S01PLATFORM'] },
  configHash: 'c0ffee123456',
} as const;
const remove = (stage: Stage, ts: string): void =>
  stage.slack.change({ kind: 'deleted', channel: stage.slack.channels.mirror, ts });

describe('a card that is gone while people have to decide', () => {
  test('is posted anew with its buttons when a line finds its thread missing, and the line follows there', () =>
    onStage({}, async (stage) => {
      const first = await waiting(stage);
      remove(stage, first);
      await stage.approve();
      await stage.notify();
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      const [card] = cards;
      if (!card) throw new Error('no card');
      expect(card.ts).not.toBe(first);
      expect(card.blocks.some(({ type }) => type === 'actions')).toBe(true);
      expect(textOf(card)).toContain('1 of 2');
      expect(repliesOf(card)).toEqual([expect.stringContaining('Approved by')]);
      expect((await stage.item()).notifier.card?.ts).toBe(card.ts);
    }));

  test('is posted anew when an edit finds it missing', () =>
    onStage({}, async (stage) => {
      const first = await waiting(stage);
      remove(stage, first);
      const item = await stage.item();
      await stage.requests.writeNotifier(item, { ...item.notifier, shown: 'other' });
      stage.pass(3_000);
      await stage.notify();
      const cards = await stage.cards();
      expect(cards.map(({ ts }) => ts)).toEqual([(await stage.item()).notifier.card?.ts]);
      expect(cards[0]?.ts).not.toBe(first);
    }));

  test('is posted once although the answer to that was lost', () =>
    onStage({}, async (stage) => {
      const first = await waiting(stage);
      remove(stage, first);
      await stage.approve();
      // The line itself is refused before; the next post is the card's.
      stage.slack.faults.add({ kind: 'lost', match: api(post), after: 1 });
      await stage.notify();
      stage.pass(TIMING.postDeadlineMs + TIMING.graceMs);
      await stage.notify();
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      expect(repliesOf(cards[0] ?? { replies: [] })).toHaveLength(1);
    }));

  test('goes to the configured channel where its own was archived', () =>
    onStage({ channel: 'C01GENERAL1' }, async (stage) => {
      await stage.offer({ rule: twoApprovals });
      await stage.notify();
      expect(await stage.cards('C01GENERAL1')).toHaveLength(1);
      stage.slack.change({ kind: 'archived', channel: 'C01GENERAL1' });
      await stage.approve();
      await stage.notify();
      const [card] = await stage.cards();
      expect(card && textOf(card)).toContain('1 of 2');
      expect(card?.replies).toHaveLength(1);
    }));

  test('is not posted more often than three times: somebody takes it away on purpose', () =>
    onStage({}, async (stage) => {
      await waiting(stage);
      let posted = 1;
      for (let n = 0; n < 5; n += 1) {
        const [card] = await stage.cards();
        if (card) remove(stage, card.ts);
        const by = `U0X${n}`;
        await stage.change({
          kind: 'watch',
          image: '1',
          by,
          request: 'M-9999',
          digest: digestOf(await stage.item()),
        });
        // Something on the card has to differ for an edit to be due.
        const item = await stage.item();
        await stage.requests.writeNotifier(item, { ...item.notifier, shown: 'other' });
        stage.pass(3_000);
        await stage.notify();
        posted = Math.max(posted, ((await stage.item()).notifier.lost ?? 0) + 1);
      }
      expect(posted).toBe(CARDS_MAX);
      expect(await stage.cards()).toHaveLength(0);
    }));
});

const digestOf = ({ images }: Awaited<ReturnType<Stage['item']>>) => {
  const digest = images['1']?.targetDigest;
  if (!digest) throw new Error('no digest');
  return digest;
};

test('an app that was taken out of a public channel joins it again for the next line', () =>
  onStage({}, async (stage) => {
    await waiting(stage);
    const { channels } = stage.slack;
    stage.slack.faults.add({ ...answer(post, 'not_in_channel'), times: 1 });
    const before = called(stage, 'conversations.info');
    await stage.approve();
    await stage.notify();
    expect(called(stage, 'conversations.info')).toBe(before + 1);
    const [card] = await stage.cards(channels.mirror);
    expect(card?.replies).toHaveLength(1);
    expect(await stage.directs()).toHaveLength(0);
  }));
