import { beforeAll, describe, expect, test } from '@jest/globals';
import { killAtEachStep, onlyImage, type Round, STEPS } from '../integration/kill-steps.ts';

/** `npm run test:long` makes it 20: some moments are rare. */
const ROUNDS = Number(process.env['KILL_STEP_ROUNDS'] ?? 2);
/** 1 = the product's own lengths (a lease of two minutes), once. */
const REAL_LENGTHS = process.env['KILL_REAL_LENGTHS'] === '1';
/** Of the sample: two platforms with a layer and a configuration each, and an attestation of three. */
const BLOBS = 7;

const rounds: Round[] = [];
beforeAll(
  async () => {
    while (rounds.length < ROUNDS) {
      // Two at a time: they mostly wait for leases to end.
      const pair = Array.from({ length: Math.min(2, ROUNDS - rounds.length) }, () =>
        killAtEachStep(REAL_LENGTHS),
      );
      rounds.push(...(await Promise.all(pair)));
    }
    for (const { recoveredInMs } of rounds) if (process.env['LOG']) console.error({ recoveredInMs });
  },
  60_000 + ROUNDS * (REAL_LENGTHS ? 900_000 : 270_000),
);

const everyRound = <T>(look: (round: Round) => T): readonly T[] => rounds.map(look);
const STORED = STEPS.filter((step) => step !== 'before the request is stored');

describe('a process that is killed', () => {
  test.each(STORED)('%s: the next one brings the request to its end, each line once', (step) => {
    for (const { item, threads, tagPuts } of everyRound(({ after }) => after.get(step)).filter(
      (found) => found !== undefined,
    )) {
      expect(item?.state).toBe('finished');
      expect(onlyImage(item)?.state).toBe('copied');
      expect(threads).toHaveLength(1);
      const [lines = []] = threads;
      expect(lines.map(kindOf)).toEqual(['approved', 'copied', 'scanned']);
      expect(tagPuts).toBe(1);
    }
    expect(rounds).toHaveLength(ROUNDS);
  });

  test.each(STORED)('%s: what stands under the tag is what was approved', (step) => {
    for (const found of everyRound(({ after }) => after.get(step))) {
      expect(found?.holds).toBeDefined();
      expect(found?.holds).toBe(onlyImage(found?.item)?.targetDigest);
    }
  });

  test('before the request is stored leaves nothing behind, and nothing is said', () => {
    for (const found of everyRound(({ after }) => after.get('before the request is stored'))) {
      expect(found?.item).toBeUndefined();
      expect(found?.threads).toEqual([]);
    }
  });

  test('after the blobs sends none of them again', () => {
    for (const step of ['after the blobs', 'after the child manifests', 'after the tag'] as const) {
      expect(everyRound(({ after }) => after.get(step)?.blobs)).toEqual(rounds.map(() => BLOBS));
    }
  });

  test('after the claim is counted as one try, and no more', () => {
    const tries = everyRound(({ after }) => onlyImage(after.get('after the claim')?.item)?.attempt);
    expect(tries).toEqual(rounds.map(() => 2));
  });
});

describe('an image that kills whoever copies it', () => {
  test('fails after its last try, with the reason and a Retry button', () => {
    for (const { failed, line } of everyRound(({ poison }) => poison)) {
      expect(onlyImage(failed)).toMatchObject({
        state: 'failed',
        failure: { code: 'workerDied', retry: true },
      });
      expect(line).toContain('stopped in the middle');
    }
  });

  test('is copied by Retry once that is over', () => {
    for (const { retried } of everyRound(({ poison }) => poison)) {
      expect(onlyImage(retried)?.state).toBe('copied');
    }
  });
});

function kindOf(line: string): string {
  if (line.startsWith('Approved by')) return 'approved';
  if (line.includes('docker pull')) return 'copied';
  return line.includes('Scan of') ? 'scanned' : line;
}
