import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bytesStore } from '../../../core/store/rows.ts';
import { startUpstream } from '../../../local/upstream/start.ts';
import { manifestsOf } from '../../../worker/copy/tree.ts';
import { readTree } from '../../../worker/jobs/read-tree.ts';
import { openSources } from '../../../worker/sources.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { sampleSource, sampleTarget, START } from '../../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../../core/store/local-table.ts';
import { SMALL_IMAGES } from '../copy/small-images.ts';
import { closeAll, kept } from '../copy/two-sides.ts';
import { failureOf, handClock } from '../registry/test-registry.ts';

let table: LocalTable;
beforeAll(async () => {
  table = await openLocalTable();
});
afterAll(() => table.close());
afterEach(closeAll);

test('a limit in the middle of an image wastes no pull: the next try reads only what is left', async () => {
  const hub = kept(await startUpstream({ images: SMALL_IMAGES }));
  const { url, authHost, blobHost } = hub;
  const config = sampleConfig({
    registries: {
      'docker.io': { endpoint: url, insecure: true, authHosts: [authHost], blobHosts: [blobHost] },
    },
  });
  const clock = handClock();
  const deps = {
    sources: kept(openSources({ config, clock, log: () => {} })),
    store: { bytes: bytesStore(table.dynamo, () => START) },
  };
  const source = sampleSource('library/small:latest');
  const job = { entry: { source, target: sampleTarget() }, signal: new AbortController().signal };
  const digest = hub.digestOf('library/small', 'latest');

  hub.setPullsLeft(12);
  await deps.sources.repository(source).headManifest('latest');
  const error = await failureOf(readTree(deps, job, digest));
  expect(error.code).toBe('pull reserve');

  hub.setPullsLeft(100);
  clock.advance(60_000);
  const { tree, pulls } = await readTree(deps, job, digest);
  const all = manifestsOf(tree).length;
  expect(all).toBeGreaterThan(2);
  expect(pulls).toBe(all - 2);
  const read = hub.calls.filter(({ kind, status }) => kind === 'manifest get' && status === 200);
  expect(new Set(read.map(({ path }) => path)).size).toBe(all);
  expect(read).toHaveLength(all);
});
