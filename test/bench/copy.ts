import { readFileSync, writeFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { copyImage } from '../../worker/copy/copy-image.ts';
import { openFlights } from '../../worker/copy/flights.ts';
import { imageBlobs, planCopy } from '../../worker/copy/plan.ts';
import { askedOnce, headBlobs } from '../../worker/copy/present.ts';
import { TRANSFERS } from '../../worker/copy/transfers.ts';
import { fetchTree } from '../../worker/copy/tree.ts';
import { registryEndpoint } from '../../worker/registry/endpoint.ts';
import { openRegistry } from '../../worker/registry/registry.ts';

/**
 * The worker's engine as a process, for the bench: `copy.ts SOURCE_ORIGIN TARGET_ORIGIN REPOSITORY TAG...`.
 * BENCH_TRANSFER socket | undici, BENCH_CA a file, BENCH_BLOBS at once an image, BENCH_TAGS at once. With BENCH_BEFORE
 * that tag is copied first, and what the others cost after it is written to BENCH_OUT.
 */
const [sourceOrigin = '', targetOrigin = '', repository = '', ...tags] = process.argv.slice(2);
const { BENCH_TRANSFER: way, BENCH_CA: caFile, BENCH_BLOBS: blobs, BENCH_TAGS: together } = process.env;
const { BENCH_BEFORE: before, BENCH_OUT: out } = process.env;
const ca = caFile ? readFileSync(caFile, 'utf8') : undefined;

const open = (origin: string) => {
  const { host } = new URL(origin);
  const endpoint = registryEndpoint(host, { [host]: { endpoint: origin } });
  return openRegistry({ endpoint, ca, sockets: way !== 'undici' });
};
const [from, to] = [open(sourceOrigin), open(targetOrigin)];
const source = from.repository(repository);
const target = askedOnce(to.repository(repository));
const flights = openFlights({ remember: true });

const copyTag = async (tag: string): Promise<void> => {
  const [wanted, stands] = await Promise.all([source.headManifest(tag), target.headManifest(tag)]);
  if (!wanted) throw new Error(`no ${tag}`);
  if (stands?.digest === wanted.digest) return;
  const tree = await fetchTree(source, wanted.digest);
  const plan = planCopy(tree, await headBlobs(target, imageBlobs(tree)));
  await copyImage({
    source,
    target,
    tree,
    plan,
    flights,
    transfer: TRANSFERS[way === 'undici' ? 'undici' : 'socket'],
    concurrency: Number(blobs ?? 4),
    tag,
  });
};

if (before) await copyTag(before);
const [startedAt, used] = [performance.now(), process.cpuUsage()];
const limit = pLimit(Number(together ?? 4));
await Promise.all(tags.map((tag) => limit(copyTag, tag)));
if (out) {
  const { user, system } = process.cpuUsage(used);
  const cost = { wall: (performance.now() - startedAt) / 1000, cpu: (user + system) / 1e6 };
  writeFileSync(out, JSON.stringify(cost));
}
await Promise.all([from.close(), to.close()]);
