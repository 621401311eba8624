import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { openSlots } from '../../../worker/copy/slots.ts';

describe('slots', () => {
  test('are never more than the limit at a host or overall, and every one that asked gets its turn', async () => {
    const host = fc.constantFrom('a', 'b', 'c', 'd');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(host, host), { maxLength: 40 }), async (pairs) => {
        const slots = openSlots({ perHost: 2, overall: 3 });
        const busy = new Map<string, number>();
        let running = 0;
        let done = 0;
        await Promise.all(
          pairs.map(async (pair) => {
            const release = await slots.take(pair);
            running += 1;
            for (const each of new Set(pair)) busy.set(each, (busy.get(each) ?? 0) + 1);
            expect(running).toBeLessThanOrEqual(3);
            for (const count of busy.values()) expect(count).toBeLessThanOrEqual(2);
            await setImmediate();
            running -= 1;
            done += 1;
            for (const each of new Set(pair)) busy.set(each, (busy.get(each) ?? 0) - 1);
            release();
          }),
        );
        expect(done).toBe(pairs.length);
      }),
      { numRuns: 60 },
    );
  });

  test('of a full host hold up nobody who goes elsewhere', async () => {
    const slots = openSlots({ perHost: 1, overall: 9 });
    await slots.take(['full', 'x']);
    const waiting = slots.take(['full', 'y']);
    const release = await slots.take(['z', 'y']);
    release();
    const first = await Promise.race([waiting.then(() => 'waiting'), setImmediate('still waiting')]);
    expect(first).toBe('still waiting');
  });

  test('who gives up leaves the queue, and a place given back twice is one place', async () => {
    const slots = openSlots({ perHost: 1, overall: 1 });
    const release = await slots.take(['a']);
    const stop = new AbortController();
    const lost = slots.take(['a'], stop.signal);
    stop.abort(new Error('no more'));
    await expect(lost).rejects.toThrow('no more');
    release();
    release();
    await slots.take(['a']);
    const third = await Promise.race([slots.take(['a']).then(() => 'got'), setImmediate('waits')]);
    expect(third).toBe('waits');
  });
});
