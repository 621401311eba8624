import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import type { Receive } from '../../../worker/registry/pipe/buffers.ts';
import { type Gathered, openGatherer } from '../../../worker/registry/pipe/gatherer.ts';
import { openRows } from '../../../worker/registry/pipe/rows.ts';

const READ = 16;
const ROW = 64;

/** A connection as Node drives it: what was read is handed over before the next place is asked for. */
function reader(receive: Receive, rows = openRows({ readBytes: READ, rowBytes: ROW })) {
  const { buffer, callback } = rows.intake(receive);
  if (typeof buffer !== 'function') throw new Error('a place is asked for each time');
  let place = buffer();
  return (bytes: Buffer): void => {
    bytes.copy(place);
    callback(bytes.length, place);
    place = buffer();
  };
}

describe('rows', () => {
  test('reads that follow each other lie side by side', () => {
    const slices: Buffer[] = [];
    const read = reader((slice) => slices.push(slice) > 0);
    read(Buffer.from('abc'));
    read(Buffer.from('defgh'));
    const [first, second] = slices;
    expect(second?.buffer).toBe(first?.buffer);
    expect(second?.byteOffset).toBe((first?.byteOffset ?? 0) + 3);
  });

  test('what somebody still needs is never read over, in whatever order it is released', () => {
    const step = fc.record({ length: fc.integer({ min: 1, max: READ }), release: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
        const held: { slice: Buffer; copy: Buffer; release: () => void }[] = [];
        const read = reader((slice, release) => {
          held.push({ slice, copy: Buffer.from(slice), release });
          return true;
        });
        for (const [n, { length, release }] of steps.entries()) {
          read(Buffer.alloc(length, n));
          for (const { slice, copy } of held) expect(slice.equals(copy)).toBe(true);
          if (release < held.length) for (const one of held.splice(release, 1)) one.release();
        }
      }),
    );
  });

  test('a row whose bytes are through is used again', () => {
    const memories = new Set<unknown>();
    const read = reader((slice, release) => {
      memories.add(slice.buffer);
      release();
      return true;
    });
    for (let n = 0; n < 50; n += 1) read(Buffer.alloc(READ, n));
    expect(memories.size).toBe(1);
  });
});

describe('a gatherer', () => {
  const row = Buffer.from('abcdefghij');
  const part = (from: number, to: number, released: number[] = []): Gathered => ({
    bytes: row.subarray(from, to),
    heldBytes: to - from,
    release: () => void released.push(from),
  });
  function stage(busy = false) {
    const sent: Gathered[] = [];
    const failures: unknown[] = [];
    const state: { busy: boolean; wrong?: Error } = { busy };
    const gatherer = openGatherer({
      send: (gathered) => {
        if (state.wrong) throw state.wrong;
        sent.push(gathered);
      },
      isBusy: () => state.busy,
      fail: (error) => failures.push(error),
    });
    const texts = (): readonly string[] => sent.map(({ bytes }) => bytes.toString());
    return { gatherer, sent, failures, state, texts };
  }
  const turnsEnd = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('sends what lies side by side as one piece at the end of a turn, and releases all of it', async () => {
    const released: number[] = [];
    const { gatherer, sent, texts } = stage();
    gatherer.add(part(0, 3, released));
    gatherer.add(part(3, 7, released));
    expect(texts()).toEqual([]);
    await turnsEnd();
    expect(texts()).toEqual(['abcdefg']);
    expect(sent[0]?.heldBytes).toBe(7);
    sent[0]?.release();
    expect(released).toEqual([0, 3]);
  });

  test('keeps the order where pieces do not adjoin', async () => {
    const { gatherer, texts } = stage();
    gatherer.add(part(5, 7));
    gatherer.add(part(0, 2));
    await turnsEnd();
    expect(texts()).toEqual(['fg', 'ab']);
  });

  test('goes on gathering while the last piece is on its way, until it is told or flushed', async () => {
    const { gatherer, state, texts } = stage(true);
    gatherer.add(part(0, 2));
    await turnsEnd();
    gatherer.add(part(2, 4));
    await turnsEnd();
    expect(texts()).toEqual([]);
    state.busy = false;
    gatherer.turn();
    expect(texts()).toEqual(['abcd']);
  });

  test('tells what sending threw at the end of a turn', async () => {
    const { failures, gatherer, state } = stage();
    state.wrong = new Error('the bytes are wrong');
    gatherer.add(part(0, 2));
    await turnsEnd();
    expect(failures).toEqual([state.wrong]);
  });
});
