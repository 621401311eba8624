import { describe, expect, test } from '@jest/globals';
import { failures } from '../../../core/request/failure.ts';
import type { Outcome } from '../../../core/request/input.ts';
import { RESOLVE, type RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { lookUpAll } from '../../../worker/jobs/look-up-all.ts';
import { Trouble } from '../../../worker/jobs/trouble.ts';
import { quiet } from '../../integration/quiet.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { offer, sampleRequest, sampleSource, START } from '../../core/request/sample-request.ts';

const source = sampleSource('app1:1.0');
const unreachable = failures.sourceUnreachable({ source, detail: 'connection refused' });
const slow = (retryAt?: number) => new Trouble({ failure: unreachable, passing: true, retryAt });
const final = new Trouble({ failure: failures.sourcePrivate({ source }), passing: false });

interface Scene {
  /** By image id: what its look-up gives or throws. */
  readonly found: Readonly<Record<string, Outcome | Error>>;
  readonly attempt?: number;
  /** How long the request is being looked up. */
  readonly afterMs?: number;
}
const dry = new AbortController();

/** What each image ends as, or the trouble that makes all wait. */
async function lookUp({ afterMs = 0, attempt = 1, found }: Scene): Promise<Record<string, string>> {
  const lease = { owner: 'w', fence: attempt, until: START, attempt };
  const item: RequestItem = { ...sampleRequest(Object.keys(found).length), work: { [RESOLVE]: lease } };
  const config = sampleConfig();
  const clock = { now: () => START + afterMs, random: () => 0, sleep: async () => {} };
  const outcomes = await lookUpAll(
    { config, clock, log: quiet },
    {
      item,
      signal: dry.signal,
      look: async ({ id }) => {
        const what = found[id];
        if (what instanceof Error || !what) throw what;
        return what;
      },
    },
  );
  return Object.fromEntries(
    Object.entries(outcomes).map(([id, outcome]) => [
      id,
      outcome.kind === 'refused'
        ? `${outcome.failure.code} ${outcome.failure.command ?? ''}`.trim()
        : outcome.kind,
    ]),
  );
}
const MINUTE = DEFAULT_TIMING.tellDelayMs;

describe('one bad image does not stop the others', () => {
  test('a final reason is its own outcome', async () => {
    expect(await lookUp({ found: { '1': offer(), '2': final, '3': { kind: 'unchanged' } } })).toEqual({
      '1': 'offer',
      '2': 'sourcePrivate',
      '3': 'unchanged',
    });
  });

  test('a reason that may pass makes all wait for a minute, then the others are offered and it can be asked for again', async () => {
    const found = { '1': offer(), '2': slow() };
    await expect(lookUp({ found })).rejects.toThrow(unreachable.summary);
    await expect(lookUp({ found, attempt: 2, afterMs: 5_000 })).rejects.toThrow(unreachable.summary);
    expect(await lookUp({ found, attempt: 4, afterMs: MINUTE - 1_000 })).toEqual({
      '1': 'offer',
      '2': 'sourceUnreachable /mirror app2:1.0 base-images/app2',
    });
  });

  test('a registry that names a later time is not waited for at all', async () => {
    const found = { '1': offer(), '2': slow(START + 6 * 3_600_000) };
    expect(await lookUp({ found })).toMatchObject({ '1': 'offer' });
  });

  test('where nothing else is offered, it is waited for as for a single image', async () => {
    for (const other of [{ kind: 'unchanged' } as const, final]) {
      const scene = { found: { '1': slow(), '2': other }, attempt: 5, afterMs: 10 * MINUTE };
      await expect(lookUp(scene)).rejects.toThrow(unreachable.summary);
    }
    await expect(lookUp({ found: { '1': slow() }, attempt: 5, afterMs: 10 * MINUTE })).rejects.toThrow();
  });

  test('at the last try each image of a list is refused with its own command', async () => {
    const found = { '1': slow(), '2': slow() };
    const attempt = DEFAULT_TIMING.resolveAttempts;
    expect(await lookUp({ found, attempt, afterMs: MINUTE })).toEqual({
      '1': 'sourceUnreachable /mirror app1:1.0 base-images/app1',
      '2': 'sourceUnreachable /mirror app2:1.0 base-images/app2',
    });
    await expect(lookUp({ found: { '1': slow() }, attempt })).rejects.toThrow();
  });

  test('a worker that is stopped in the middle decides nothing', async () => {
    const stop = new AbortController();
    const item = sampleRequest(2);
    const config = sampleConfig();
    const clock = { now: () => START, random: () => 0, sleep: async () => {} };
    const looked = lookUpAll(
      { config, clock, log: quiet },
      {
        item,
        signal: stop.signal,
        look: async () => {
          stop.abort(new Error('stopped'));
          return offer();
        },
      },
    );
    await expect(looked).rejects.toThrow('stopped');
  });
});
