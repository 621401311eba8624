import { describe, expect, test } from '@jest/globals';
import { repliesOf, textOf } from '../../integration/person.ts';
import { onStage } from '../stage.ts';
import { called } from './slack-faults.ts';

describe('a request’s story', () => {
  test('is one card and its thread in order, and then nothing is left to do', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      expect(textOf((await stage.cards())[0] ?? { text: '', blocks: [] })).toContain('● waiting for');
      await stage.finish();
      await stage.notify();
      stage.pass(3_000);
      await stage.notify();

      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      const [card] = cards;
      if (!card) throw new Error('no card');
      expect(textOf(card)).toContain('✓ in ECR · no scan findings');
      expect(repliesOf(card).map((line) => line.split('\n')[0])).toEqual([
        `Approved by <@${stage.slack.people.approver}>.`,
        'In ECR: `ecr.example/base-images/nginx:1.21-alpine`',
        '⚠ No scan findings: nothing to scan.',
      ]);
      const item = await stage.item();
      expect(item.dueAt).toBeUndefined();
      expect(item.notifier.unsaid).toBeUndefined();
    }));

  test('is not told again by a doorbell that rings twice', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      await stage.notify();
      const before = called(stage, 'chat.postMessage');
      stage.pass(3_000);
      await stage.notify();
      const edits = called(stage, 'chat.update');
      await stage.notify();
      await stage.notify();
      expect(called(stage, 'chat.postMessage')).toBe(before);
      expect(called(stage, 'chat.update')).toBe(edits);
    }));

  test('starts with the newest card where everything happened before the first look', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.finish();
      await stage.notify();
      const [card] = await stage.cards();
      expect(textOf(card ?? { text: '', blocks: [] })).toContain('✓ in ECR');
      expect(card?.replies).toHaveLength(3);
      expect(called(stage, 'chat.update')).toBe(0);
    }));

  test('is told once by two notifiers at the same time', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.finish();
      await Promise.all([stage.tryNotify(), stage.tryNotify(), stage.tryNotify()]);
      // Whoever lost the race left at once; whoever won went on.
      stage.pass(3_000);
      await stage.notify();
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      expect(cards[0]?.replies).toHaveLength(3);
      expect((await stage.item()).dueAt).toBeUndefined();
    }));

  test('goes on where another event came while a look was under way', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      const { slack } = stage.deps;
      let approved = false;
      await stage.notify({
        slack: {
          ...slack,
          post: async (post) => {
            const posted = await slack.post(post);
            if (!approved) {
              approved = true;
              await stage.approve();
              // The doorbell of the approval meets a card under way, and leaves.
              await stage.notify();
            }
            return posted;
          },
        },
      });
      expect((await stage.cards())[0]?.replies).toHaveLength(1);
    }));
});
