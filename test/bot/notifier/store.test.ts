import { describe, expect, test } from '@jest/globals';
import { operation } from '../faulty-dynamodb.ts';
import { onStage } from '../stage.ts';
import { called } from './slack-faults.ts';

const update = operation('UpdateItem');

describe('an answer of the store that never came', () => {
  test.each([
    ['the mark before the card', 0],
    ['the card that was posted', 1],
    ['the mark before a reply', 2],
    ['the reply that was said', 3],
    ['the end of the look', 4],
  ])('about %s costs no time: what stands there is looked up', (_, after) =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.approve();
      stage.database.add({ kind: 'lost', match: update, after });
      await stage.tryNotify();
      await stage.notify();
      expect(stage.database.hits).toBe(1);
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      expect(cards[0]?.replies).toHaveLength(1);
      expect(called(stage, 'chat.postMessage')).toBe(2);
    }),
  );

  test.each([0, 1, 2, 3])('and a write (the %s.) that never arrived is made again', (after) =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.approve();
      stage.database.add({ kind: 'cut', match: update, after });
      await stage.notify();
      expect(stage.database.hits).toBe(1);
      const cards = await stage.cards();
      expect(cards).toHaveLength(1);
      expect(cards[0]?.replies).toHaveLength(1);
      expect(called(stage, 'chat.postMessage')).toBe(2);
    }),
  );

  test('is not an answer: while the store is down nothing is posted, and the doorbell comes again', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.database.add({ kind: 'cut', match: update, times: 100 });
      await expect(stage.notify()).rejects.toThrow('write notifier');
      expect(await stage.cards()).toHaveLength(0);
      stage.database.clear();
      await stage.notify();
      expect(await stage.cards()).toHaveLength(1);
    }));

  test('while the store went down under a post, the line is found later and not said twice', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.database.add({ kind: 'cut', match: update, after: 1, times: 100 });
      await expect(stage.notify()).rejects.toThrow('write notifier');
      expect(await stage.cards()).toHaveLength(1);
      stage.database.clear();
      await stage.notify();
      stage.pass(75_000);
      await stage.notify();
      expect(await stage.cards()).toHaveLength(1);
      expect((await stage.item()).notifier.card).toBeDefined();
    }));
});
