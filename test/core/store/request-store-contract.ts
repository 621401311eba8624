import { describe, expect, test } from '@jest/globals';
import { due } from '../../../core/request/due.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import {
  ALICE,
  approveBy,
  BOB,
  decided,
  decidedAt,
  heldBy,
  offered,
  OTTO,
  sampleRequest,
  START,
} from '../request/sample-request.ts';

const { leaseMs } = DEFAULT_TIMING;
const LATER = START + leaseMs;

/** What everything relies on, of every store there is. `open` gives the same empty store for the whole suite. */
export function requestStoreContract(open: () => RequestStore): void {
  let count = 0;
  /** Puts it under an id of its own. */
  const putNew = async (item: RequestItem): Promise<RequestItem> => {
    count += 1;
    const mine = { ...item, id: `M-CNTR${count}` };
    expect(await open().put(mine)).toBe(true);
    return mine;
  };
  const stored = async ({ id }: RequestItem): Promise<RequestItem> => {
    const item = await open().get(id);
    if (!item) throw new Error(`${id} is gone`);
    return item;
  };
  const claimed = (images = 1): RequestItem =>
    decided(offered(images), approveBy(ALICE, '1', '2'), { kind: 'claim', image: '1', owner: 'worker' });
  const beat = (item: RequestItem, until = LATER + 5) => ({
    id: item.id,
    key: '1',
    owner: 'worker',
    fence: 1,
    until,
  });

  describe('putting', () => {
    test('is once: the second one leaves the first alone', async () => {
      const item = await putNew(sampleRequest());
      expect(await open().put({ ...item, requester: BOB })).toBe(false);
      expect(await stored(item)).toMatchObject({ requester: OTTO, version: 1, state: 'resolving' });
    });

    test('what was put is read again as it was', async () => {
      const item = await putNew(claimed(2));
      expect(await stored(item)).toMatchObject(item);
    });

    test('what was never put is not there', async () => {
      expect(await open().get('M-NONE')).toBeUndefined();
    });
  });

  describe('a decided change', () => {
    test('is written on the version read, and only one of two', async () => {
      const read = await putNew(offered());
      const approve = decided(read, approveBy(ALICE));
      const deny = decided(read, { kind: 'deny', by: BOB, images: ['1'] });
      expect([await open().write(read, approve), await open().write(read, deny)]).toEqual([true, false]);
      expect(await stored(read)).toMatchObject(approve);
    });

    test('appends events to those that are there', async () => {
      const read = await putNew(offered(2));
      const one = decided(read, approveBy(ALICE, '1'));
      await open().write(read, one);
      const two = decided(one, approveBy(ALICE, '2'));
      await open().write(one, two);
      expect((await stored(read)).events).toEqual(two.events);
    });

    test('writes a changed image whole and leaves the others', async () => {
      const read = await putNew(offered(2));
      const next = decided(read, approveBy(ALICE, '2'));
      await open().write(read, next);
      expect((await stored(read)).images).toEqual(next.images);
    });

    test('leaves leases that it does not change to their heartbeats', async () => {
      const both = decided(offered(3), approveBy(ALICE, '1', '2'), {
        kind: 'claim',
        image: '1',
        owner: 'worker',
      });
      const read = await putNew(both);
      expect(await open().heartbeat(beat(read))).toBe(true);
      const next = decided(read, { kind: 'claim', image: '2', owner: 'other' });
      expect(await open().write(read, next)).toBe(true);
      const { work } = await stored(read);
      expect(work['1']).toMatchObject({ owner: 'worker', until: LATER + 5 });
      expect(work['2']).toMatchObject({ owner: 'other', fence: 1 });
    });

    test('gives a lease back although its heartbeats went on', async () => {
      const read = await putNew(claimed());
      await open().heartbeat(beat(read));
      const next = decided(read, { ...heldBy('worker'), kind: 'yield', progressed: true });
      expect(await open().write(read, next)).toBe(true);
      expect((await stored(read)).work['1']).toMatchObject({ owner: '', until: 0, fence: 1 });
    });

    test('takes no lease over that a heartbeat has kept meanwhile', async () => {
      const read = await putNew(claimed());
      await open().heartbeat(beat(read));
      const next = decidedAt(read, LATER, { kind: 'claim', image: '1', owner: 'other' });
      expect(await open().write(read, next)).toBe(false);
      expect((await stored(read)).work['1']).toMatchObject({ owner: 'worker', fence: 1 });
    });

    test('takes over a lease that nobody kept', async () => {
      const read = await putNew(claimed());
      const next = decidedAt(read, LATER, { kind: 'claim', image: '1', owner: 'other' });
      expect(await open().write(read, next)).toBe(true);
      expect((await stored(read)).work['1']).toMatchObject({ owner: 'other', fence: 2 });
    });
  });

  describe('a heartbeat', () => {
    test('keeps the lease and shows progress, and leaves the version and dueAt alone', async () => {
      const item = await putNew(claimed());
      const progress = { stage: 'blobs', doneBytes: 5, totalBytes: 9 } as const;
      expect(await open().heartbeat({ ...beat(item), progress })).toBe(true);
      const now = await stored(item);
      expect(now.work['1']).toEqual({ owner: 'worker', fence: 1, until: LATER + 5, progress });
      expect([now.version, now.dueAt]).toEqual([item.version, item.dueAt]);
    });

    test('fails for another owner, another fence, another image', async () => {
      const item = await putNew(claimed(2));
      expect(await open().heartbeat({ ...beat(item), owner: 'other' })).toBe(false);
      expect(await open().heartbeat({ ...beat(item), fence: 2 })).toBe(false);
      expect(await open().heartbeat({ ...beat(item), key: '2' })).toBe(false);
      expect((await stored(item)).work).toEqual(item.work);
    });

    test('fails once the request was cancelled, the lease taken over, or given back', async () => {
      for (const [now, input] of [
        [START, { kind: 'cancel', by: OTTO }],
        [LATER, { kind: 'claim', image: '1', owner: 'other' }],
        [START, { ...heldBy('worker'), kind: 'yield', progressed: true }],
      ] as const) {
        const item = await putNew(claimed());
        expect(await open().write(item, decidedAt(item, now, input))).toBe(true);
        expect(await open().heartbeat(beat(item))).toBe(false);
      }
    });

    test('fails once the request was cancelled under the look', async () => {
      const item = await putNew(decided(sampleRequest(), { kind: 'claimResolve', owner: 'resolver' }));
      const look = { id: item.id, key: 'resolve', owner: 'resolver', fence: 1, until: LATER + 5 };
      expect(await open().heartbeat(look)).toBe(true);
      await open().write(item, decided(item, { kind: 'cancel', by: OTTO }));
      expect(await open().heartbeat(look)).toBe(false);
    });
  });

  test('one of two takes the look at the scans, and the next look is taken on the one before', async () => {
    const item = await putNew(offered());
    const look = (owner: string) => ({ owner, until: START + 30_000 });
    expect([await open().takeLook(item, look('a')), await open().takeLook(item, look('b'))]).toEqual([
      true,
      false,
    ]);
    const again = await stored(item);
    expect(again.work['scan']).toMatchObject({ owner: 'a', fence: 1 });
    expect(again.version).toBe(item.version);
    expect([await open().takeLook(again, look('c')), await open().takeLook(item, look('d'))]).toEqual([
      true,
      false,
    ]);
    expect((await stored(item)).work['scan']).toMatchObject({ owner: 'c', fence: 2 });
  });

  test('a look is not taken of a request that changed meanwhile', async () => {
    const item = await putNew(offered());
    await open().write(item, decided(item, approveBy(ALICE)));
    expect(await open().takeLook(item, { owner: 'a', until: LATER })).toBe(false);
  });

  describe("the notifier's part", () => {
    const tried = { key: 'key', token: 'token', deadline: START + 15_000, channel: 'C0GENERAL' };

    test('is written on its own revision, and only one of two', async () => {
      const item = await putNew(offered());
      expect(await open().writeNotifier(item, { ...item.notifier, tried })).toBe(true);
      expect(await open().writeNotifier(item, { ...item.notifier, shownBytes: 7 })).toBe(false);
      expect((await stored(item)).notifier).toEqual({ ...item.notifier, rev: 1, tried });
    });

    test('is not touched by a change of the request, nor does it touch one', async () => {
      const item = await putNew(offered());
      expect(await open().writeNotifier(item, { ...item.notifier, tried })).toBe(true);
      const next = decided(item, approveBy(ALICE));
      expect(await open().write(item, next)).toBe(true);
      const now = await stored(item);
      expect(now.notifier.tried).toEqual(tried);
      expect(await open().writeNotifier(now, { ...item.notifier, cursor: { event: 1, delivery: 0 } })).toBe(
        true,
      );
      const after = await stored(item);
      expect(after).toMatchObject({ version: next.version, images: next.images, dueAt: next.dueAt });
      expect(after.notifier).toEqual({ rev: 2, cursor: { event: 1, delivery: 0 } });
    });
  });

  describe('the open index', () => {
    const isOpen = async ({ id }: RequestItem, now = Number.MAX_SAFE_INTEGER): Promise<boolean> =>
      (await open().findDue(now, 1_000)).includes(id);

    test('shows a request from its dueAt on', async () => {
      const item = await putNew(sampleRequest());
      const at = due(item, DEFAULT_TIMING) ?? 0;
      expect([await isOpen(item, at - 1), await isOpen(item, at)]).toEqual([false, true]);
    });

    test('follows a change that moves dueAt', async () => {
      const item = await putNew(sampleRequest());
      const next = decidedAt(item, START + 1, { kind: 'claimResolve', owner: 'resolver' });
      await open().write(item, next);
      expect([await isOpen(item, START + leaseMs), await isOpen(item, START + leaseMs + 1)]).toEqual([
        false,
        true,
      ]);
    });

    test('loses a parked request, and has it back when it is due again, and neither raises the version', async () => {
      const item = await putNew(offered());
      expect(await open().park(item, { dueAt: undefined })).toBe(true);
      expect(await isOpen(item)).toBe(false);
      const parked = await stored(item);
      expect([parked.dueAt, parked.version]).toEqual([undefined, item.version]);
      expect(
        await open().park(parked, { dueAt: START + 9, rung: { version: item.version, at: START, n: 1 } }),
      ).toBe(true);
      expect([await isOpen(item, START + 8), await isOpen(item, START + 9)]).toEqual([false, true]);
      expect((await stored(item)).rung).toEqual({ version: item.version, at: START, n: 1 });
    });

    test('a change brings a parked request back', async () => {
      const item = await putNew(offered());
      await open().park(item, { dueAt: undefined });
      const parked = await stored(item);
      await open().write(parked, decided(parked, approveBy(ALICE)));
      expect(await isOpen(item)).toBe(true);
    });

    test('nobody parks a request that changed, or whose story went on, since it was read', async () => {
      const item = await putNew(offered());
      await open().writeNotifier(item, item.notifier);
      expect(await open().park(item, { dueAt: undefined })).toBe(false);
      const read = await stored(item);
      await open().write(read, decided(read, approveBy(ALICE)));
      expect(await open().park(read, { dueAt: undefined })).toBe(false);
      expect(await isOpen(item)).toBe(true);
    });

    test("the notifier's last mark and the parking are one write", async () => {
      const item = await putNew(offered());
      const notifier = { ...item.notifier, shown: 'hash' };
      expect(await open().park(item, { dueAt: undefined, notifier })).toBe(true);
      expect((await stored(item)).notifier).toEqual({ ...notifier, rev: 1 });
      expect(await open().park(item, { dueAt: START })).toBe(false);
    });

    test('gives the oldest first, from all its partitions, and no more than asked for', async () => {
      const items: RequestItem[] = [];
      for (const n of [5, 1, 4, 2, 3, 6, 8, 7]) {
        const item = await putNew(sampleRequest());
        await open().park(item, { dueAt: n });
        items[n - 1] = item;
      }
      const ids = items.map(({ id }) => id);
      expect(await open().findDue(8, 100)).toEqual(ids);
      expect(await open().findDue(8, 3)).toEqual(ids.slice(0, 3));
      expect(await open().findDue(2, 100)).toEqual(ids.slice(0, 2));
      expect(await open().findDue(0, 100)).toEqual([]);
    });
  });

  test('nothing but a put makes a request', async () => {
    const ghost = { ...claimed(), id: 'M-GHOST' };
    const answers = [
      await open().write(ghost, decided(ghost, { ...heldBy('worker'), kind: 'tagging' })),
      await open().heartbeat(beat(ghost)),
      await open().takeLook(ghost, { owner: 'a', until: LATER }),
      await open().writeNotifier(ghost, ghost.notifier),
      await open().park(ghost, { dueAt: 1 }),
    ];
    expect(answers).toEqual([false, false, false, false, false]);
    expect(await open().get('M-GHOST')).toBeUndefined();
  });
}
