import { beforeEach, expect, test } from '@jest/globals';
import type { OpenPlaces, OpenScope, QuotaStore } from '../../../core/store/store.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { overOpen } from '../../../worker/jobs/open-quota.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { sampleRequest, START } from '../../core/request/sample-request.ts';

/** Places and requests as the store would hold them; the contract of both is tested with the store. */
let places: Map<string, OpenPlaces>;
let items: Map<string, RequestItem>;
let reads: number;
beforeEach(() => {
  places = new Map();
  items = new Map();
  reads = 0;
});

const keyOf = ({ of, workspace }: OpenScope): string => `${workspace}/${of}`;
const config = sampleConfig({ limits: { openPerPerson: 3, openPerChannel: 4 } });
const deps = {
  config,
  store: {
    requests: {
      get: async (id: string) => {
        reads += 1;
        return items.get(id);
      },
    },
    quotas: {
      openPlaces: async (scope: OpenScope) => places.get(keyOf(scope)) ?? { version: 0, requests: [] },
      takeOpen: async (scope: OpenScope, { requests, version }: OpenPlaces) => {
        if ((places.get(keyOf(scope))?.version ?? 0) !== version) return false;
        places.set(keyOf(scope), { version: version + 1, requests });
        return true;
      },
    } satisfies Partial<QuotaStore>,
  },
} as unknown as Parameters<typeof overOpen>[0];

function request(id: string, over: Partial<RequestItem> = {}): RequestItem {
  const item = { ...sampleRequest(), id, ...over };
  items.set(id, item);
  return item;
}
/** Why it is not looked up; undefined = it is. */
async function ask(id: string, over: Partial<RequestItem> = {}): Promise<string | undefined> {
  const item = request(id, over);
  const over_ = await overOpen(deps, item);
  const [entry] = Object.values(item.entries);
  if (!over_) return undefined;
  if (!entry) throw new Error('no entry');
  const { summary, hint, command } = over_(entry);
  return [summary, hint, command].join('\n');
}
const end = (id: string): void => void request(id, { state: 'finished' });

test('a person has so many open requests; the next one reads which, and how to make room', async () => {
  for (const id of ['M-1', 'M-2', 'M-3']) expect(await ask(id)).toBeUndefined();
  expect(await ask('M-4')).toBe(
    [
      'app1:1.0 was not looked up: you have 3 open requests, which is as many as may be open (M-1, M-2, M-3).',
      'Wait until one is decided, or cancel one that is not needed any more (/mirror cancel M-1). Then ask again:',
      '/mirror app1:1.0 base-images/app1',
    ].join('\n'),
  );
});

test('one that ended makes room, and nobody has to give its place back', async () => {
  for (const id of ['M-1', 'M-2', 'M-3']) await ask(id);
  end('M-2');
  expect(await ask('M-4')).toBeUndefined();
  expect(await ask('M-5')).toContain('M-1, M-3, M-4');
});

test('one that has a place keeps it, however often it is looked up, also where all are taken', async () => {
  for (const id of ['M-1', 'M-2', 'M-3']) await ask(id);
  expect(await ask('M-2')).toBeUndefined();
  expect([...places.values()][0]?.requests).toHaveLength(3);
});

test('other people are not affected, until the channel is full', async () => {
  for (const id of ['M-1', 'M-2', 'M-3']) await ask(id);
  expect(await ask('M-4', { requester: 'U0BOB' })).toBeUndefined();
  const full = await ask('M-5', { requester: 'U0CAROL' });
  expect(full).toContain('this channel has 4 open requests');
  expect(full).toContain('Wait until one is decided, or ask in another channel.');
  expect(await ask('M-6', { requester: 'U0CAROL', channel: 'C0OTHER' })).toBeUndefined();
});

test('the run of a schedule takes no place', async () => {
  for (let n = 0; n < 9; n += 1) {
    const { requester: _, ...run } = sampleRequest();
    expect(await overOpen(deps, { ...run, id: `M-${n}` })).toBeUndefined();
  }
  expect(places.size).toBe(0);
});

test('a thousand at once take exactly as many places as there are', async () => {
  const asked = Array.from({ length: 1_000 }, (_, n) => request(`M-${n}`, { createdAt: START + n }));
  const answers = await Promise.all(asked.map((item) => overOpen(deps, item)));
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(3);
  expect(places.get('T0WORK/U0OTTO')?.requests).toHaveLength(3);
});

test('while there is room no other request is read', async () => {
  for (const id of ['M-1', 'M-2']) await ask(id);
  expect(reads).toBe(0);
});
