import { describe, expect, test } from '@jest/globals';
import type { Lookups, PullBudgetStore, QuotaStore, SeenStore } from '../../../core/store/store.ts';
import { sampleDigest, sampleSource, START } from '../request/sample-request.ts';

const hourStart = START - (START % 3_600_000);

/** What is known of pull limits, and how much one person may ask for: of every store there is. */
export function upstreamContract(
  open: () => {
    readonly budgets: PullBudgetStore;
    readonly quotas: QuotaStore;
    readonly seen: SeenStore;
  },
): void {
  describe('a pull budget', () => {
    test('that nobody told is not there, and one that was told is, by host and account', async () => {
      const { budgets } = open();
      expect(await budgets.get('docker.io', 'anonymous')).toBeUndefined();
      const told = { limit: 100, remaining: 76, windowSeconds: 21_600, seenAt: START };
      await budgets.put('docker.io', 'anonymous', told);
      expect(await budgets.get('docker.io', 'anonymous')).toEqual(told);
      expect(await budgets.get('docker.io', 'ann')).toBeUndefined();
      expect(await budgets.get('quay.io', 'anonymous')).toBeUndefined();
    });

    test('of a later answer takes the place of an earlier one, whichever comes last', async () => {
      const { budgets } = open();
      await budgets.put('docker.io', 'bob', { remaining: 5, seenAt: START + 2 });
      await budgets.put('docker.io', 'bob', { limit: 100, remaining: 9, seenAt: START + 1 });
      expect(await budgets.get('docker.io', 'bob')).toEqual({ remaining: 5, seenAt: START + 2 });
      await budgets.put('docker.io', 'bob', { remaining: 4, seenAt: START + 3 });
      expect(await budgets.get('docker.io', 'bob')).toEqual({ remaining: 4, seenAt: START + 3 });
    });
  });

  describe('the places for open requests', () => {
    const scope = { workspace: 'T1', of: 'U7' };
    test('are taken on condition of what was read, by one of two at once', async () => {
      const { quotas } = open();
      expect(await quotas.openPlaces(scope)).toEqual({ version: 0, requests: [] });
      const mine = { id: 'M-1', at: START };
      expect(await quotas.takeOpen(scope, { version: 0, requests: [mine] })).toBe(true);
      expect(await quotas.takeOpen(scope, { version: 0, requests: [{ id: 'M-2', at: START }] })).toBe(false);
      const read = await quotas.openPlaces(scope);
      expect(read).toEqual({ version: 1, requests: [mine] });
      expect(await quotas.takeOpen(scope, { ...read, requests: [] })).toBe(true);
      expect(await quotas.openPlaces(scope)).toEqual({ version: 2, requests: [] });
    });

    test('are nobody else’s, and of no other workspace', async () => {
      const { quotas } = open();
      await quotas.takeOpen({ ...scope, of: 'U8' }, { version: 0, requests: [{ id: 'M-1', at: START }] });
      for (const other of [
        { ...scope, of: 'U9' },
        { of: 'U8', workspace: 'T2' },
      ]) {
        expect(await quotas.openPlaces(other)).toEqual({ version: 0, requests: [] });
      }
    });
  });

  describe('a sighting', () => {
    const nginx = sampleSource('nginx:1.21');
    const note = (request: string, at: number, text = 'a', source = nginx) =>
      open().seen.note({ source, digest: sampleDigest(text), request, at });

    test('is the first one of its source, and of its digest under its tag, whoever comes later', async () => {
      expect(await note('M-1', START)).toEqual({ firstRequest: 'M-1', digestSince: START });
      expect(await note('M-2', START + 5)).toEqual({ firstRequest: 'M-1', digestSince: START });
      expect(await note('M-3', START + 9, 'b')).toEqual({ firstRequest: 'M-1', digestSince: START + 9 });
      expect(await note('M-4', START + 9, 'a', sampleSource('nginx:1.22'))).toEqual({
        firstRequest: 'M-1',
        digestSince: START + 9,
      });
      expect(await note('M-5', START + 9, 'a', sampleSource('quay.io/nginx:1.21'))).toEqual({
        firstRequest: 'M-5',
        digestSince: START + 9,
      });
    });
  });

  describe('the look-ups of a person in an hour', () => {
    const taking = (user: string, request: string, more: Partial<Lookups> = {}): Promise<boolean> =>
      open().quotas.takeLookups({ workspace: 'T1', user, hourStart, request, images: 1, max: 3, ...more });

    test('are counted up to the most, each request once however often it is counted', async () => {
      for (const request of ['M-1', 'M-1', 'M-2', 'M-3', 'M-1', 'M-3']) {
        expect(await taking('U1', request)).toBe(true);
      }
      expect([await taking('U1', 'M-4'), await taking('U1', 'M-5')]).toEqual([false, false]);
      expect(await taking('U1', 'M-2')).toBe(true);
    });

    test('are as many as the images asked for', async () => {
      expect(await taking('U2', 'M-1', { images: 2 })).toBe(true);
      expect(await taking('U2', 'M-2', { images: 2 })).toBe(false);
      expect(await taking('U2', 'M-3', { images: 1 })).toBe(true);
      expect(await taking('U2', 'M-4', { images: 1 })).toBe(false);
    });

    test('begin with any request, even one of more images than the most', async () => {
      expect(await taking('U3', 'M-1', { images: 25 })).toBe(true);
      expect(await taking('U3', 'M-1', { images: 25 })).toBe(true);
      expect(await taking('U3', 'M-2')).toBe(false);
    });

    test("are nobody else's, of no other workspace, and over with the hour", async () => {
      expect(await taking('U4', 'M-1', { max: 1 })).toBe(true);
      expect(await taking('U4', 'M-2', { max: 1 })).toBe(false);
      expect(await taking('U5', 'M-3', { max: 1 })).toBe(true);
      expect(await taking('U4', 'M-4', { max: 1, workspace: 'T2' })).toBe(true);
      expect(await taking('U4', 'M-5', { max: 1, hourStart: hourStart + 3_600_000 })).toBe(true);
    });

    test('are taken by exactly as many of many at once as there is room for', async () => {
      const requests = Array.from({ length: 12 }, (_, n) => `M-${n}`);
      const taken = await Promise.all(requests.map((request) => taking('U6', request, { max: 5 })));
      expect(taken.filter(Boolean)).toHaveLength(5);
    });
  });
}
