import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PullBudgetStore } from '../../core/store/store.ts';
import { pullBudgetStore } from '../../core/store/upstream.ts';
import { SAMPLE_ACCOUNT } from '../../local/upstream/samples.ts';
import { startUpstream, type Upstream } from '../../local/upstream/start.ts';
import { keychainOf } from '../../worker/registry/keychain.ts';
import { openSources, type Sources } from '../../worker/sources.ts';
import { sampleConfig } from '../core/config/sample-config.ts';
import { sampleDigest, sampleSource } from '../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../core/store/local-table.ts';
import { SMALL_IMAGES } from './copy/small-images.ts';
import { closeAll, kept } from './copy/two-sides.ts';
import { manifest } from './registry/login-stage.ts';
import { reply, serveScript } from './registry/scripted-server.ts';
import { CLOCK_START, failureOf, type HandClock, handClock } from './registry/test-registry.ts';

const source = sampleSource('library/small:latest');
let table: LocalTable;
let hub: Upstream;
let clock: HandClock;

beforeAll(async () => {
  table = await openLocalTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  hub = kept(await startUpstream({ images: SMALL_IMAGES }));
  clock = handClock();
});
afterEach(closeAll);

interface Given {
  readonly pullReserve?: number;
  readonly budgets?: PullBudgetStore;
}
/** A worker of its own, as far as sources go. */
function worker({ pullReserve, budgets }: Given = {}, url = hub.url): Sources {
  const { authHost, blobHost } = hub;
  const config = sampleConfig({
    registries: {
      'docker.io': { endpoint: url, insecure: true, authHosts: [authHost], blobHosts: [blobHost] },
    },
    rules: [{ name: 'acme', credentials: ['docker.io'] }, { name: 'rest' }],
    limits: pullReserve === undefined ? {} : { pullReserve },
  });
  return kept(
    openSources({
      config,
      keychain: keychainOf({ 'docker.io': SAMPLE_ACCOUNT }),
      clock,
      log: () => {},
      budgets,
    }),
  );
}
const pulls = (): number =>
  hub.calls.filter(({ kind, status }) => kind === 'manifest get' && status === 200).length;

describe('68: with no more pulls left than the reserve, what would cost one is put off, with the figures', () => {
  test('after a HEAD, which is free, nothing is spent of the last ten', async () => {
    hub.setPullsLeft(10);
    const repository = worker().repository(source);
    await repository.headManifest('latest');
    const error = await failureOf(repository.getManifest('latest'));
    expect([error.code, error.retryable, error.detail]).toEqual([
      'pull reserve',
      true,
      '10 of 100 pulls are left, 10 are kept in reserve',
    ]);
    expect(error.limit).toMatchObject({ limit: 100, remaining: 10, kept: 10, windowSeconds: 21_600 });
    expect(pulls()).toBe(0);
  });

  test('the one above is spent, and the next one is not', async () => {
    hub.setPullsLeft(11);
    const repository = worker().repository(source);
    await repository.headManifest('latest');
    await repository.getManifest('latest');
    expect((await failureOf(repository.getManifest('latest'))).code).toBe('pull reserve');
    expect(pulls()).toBe(1);
  });

  test('many at once stop at the reserve too: the last ones wait for the answers of the others', async () => {
    hub.setPullsLeft(13);
    const sources = worker();
    await sources.repository(source).headManifest('latest');
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, () => sources.repository(source).getManifest('latest')),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(pulls()).toBe(3);
  });

  test('how many is configuration; none left is told as the limit itself', async () => {
    hub.setPullsLeft(1);
    const repository = worker({ pullReserve: 0 }).repository(source);
    await repository.headManifest('latest');
    await repository.getManifest('latest');
    const error = await failureOf(repository.getManifest('latest'));
    expect([error.code, error.limit?.limit, pulls()]).toEqual(['rate limited', 100, 1]);
  });

  test('an account has its own, and looks and blobs go on', async () => {
    hub.setPullsLeft(3);
    const sources = worker();
    const nobody = sources.repository(source);
    await nobody.headManifest('latest');
    await failureOf(nobody.getManifest('latest'));
    expect(await nobody.headManifest('latest')).toBeDefined();
    const account = sources.forRule('acme').repository(source);
    const index = await account.getManifest('latest');
    const [first] = index.kind === 'index' ? index.manifests : [];
    const image = first && (await account.getManifest(first.digest));
    if (image?.kind !== 'image') throw new Error('an index of images');
    expect((await nobody.getBlobBytes(image.config, 1_000_000)).length).toBe(image.config.sizeBytes);
  });

  test('what is left again is found out with a HEAD, by whoever waited', async () => {
    hub.setPullsLeft(3);
    const repository = worker().repository(source);
    await repository.headManifest('latest');
    await failureOf(repository.getManifest('latest'));
    hub.setPullsLeft(50);
    clock.advance(10_000);
    await repository.getManifest('latest');
    expect(pulls()).toBe(1);
  });

  test('another worker knows it from the first one, and looks before it believes it', async () => {
    const budgets = pullBudgetStore(table.dynamo);
    hub.setPullsLeft(4);
    await worker({ budgets }).repository(source).headManifest('latest');
    while (!(await budgets.get('docker.io', 'anonymous'))) await setImmediate();
    const heads = hub.calls.length;
    const other = worker({ budgets }).repository(source);
    expect((await failureOf(other.getManifest('latest'))).code).toBe('pull reserve');
    expect([pulls(), hub.calls.length]).toEqual([0, heads]);
    clock.advance(60_000);
    hub.setPullsLeft(60);
    await other.getManifest('latest');
    expect(pulls()).toBe(1);
  });

  test('a store that does not answer keeps nobody from pulling', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('the table is away'));
    const repository = worker({ budgets: { get: broken, put: broken } }).repository(source);
    await repository.getManifest('latest');
    await repository.getManifest('latest');
    expect(pulls()).toBe(2);
  });

  test.each([
    ['no headers', {}],
    ['headers that say nothing', { 'ratelimit-limit': 'none', 'ratelimit-remaining': '' }],
  ])('%s are no limit', async (_name, headers) => {
    const silent = kept(
      await serveScript((request, response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        return manifest(request, response);
      }),
    );
    const repository = worker({}, silent.origin).repository(source);
    for (const tag of ['1', '2', '3']) await repository.getManifest(tag);
    expect(silent.seen).toHaveLength(3);
  });

  test('a limit that is not told any more is over, and so is one whose window has passed', async () => {
    let told: Record<string, string> = { 'ratelimit-limit': '100;w=60', 'ratelimit-remaining': '2;w=60' };
    const server = kept(
      await serveScript((request, response) => {
        for (const [name, value] of Object.entries(told)) response.setHeader(name, value);
        return manifest(request, response);
      }),
    );
    const repository = worker({}, server.origin).repository(source);
    await repository.headManifest('1');
    await failureOf(repository.getManifest('1'));
    told = {};
    clock.advance(10_000);
    await repository.getManifest('1');
    clock.advance(60_000);
    await repository.getManifest('1');
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'GET', 'GET']);
    expect(clock.now()).toBe(CLOCK_START + 70_000);
  });

  test('of a small limit half can be used, whatever the reserve is', async () => {
    const server = kept(
      await serveScript(
        reply(200, '{}', { 'ratelimit-limit': '10;w=3600', 'ratelimit-remaining': '6;w=3600' }),
      ),
    );
    const repository = worker({ pullReserve: 100 }, server.origin).repository(source);
    await repository.headBlob({ mediaType: 'x', digest: sampleDigest('blob'), sizeBytes: 2 });
    await failureOf(repository.getManifest('1'));
    // It was asked for: that it is no manifest is another matter.
    expect(server.seen.at(-1)?.method).toBe('GET');
  });
});
