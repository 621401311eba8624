import { afterEach, describe, expect, test } from '@jest/globals';
import { type Digest, parseDigest } from '../../../core/oci/digest.ts';
import { referrersTag } from '../../../core/oci/referrer.ts';
import type { SampleImage } from '../../../local/upstream/sample.ts';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { copyReferrers } from '../../../worker/copy/copy-referrers.ts';
import { findReferrers, subjectsOf } from '../../../worker/copy/find-referrers.ts';
import { imageBlobs, planCopy } from '../../../worker/copy/plan.ts';
import { headBlobs } from '../../../worker/copy/present.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import type { Repository } from '../../../worker/registry/registry.ts';
import { findStranger } from '../../strangers.ts';
import { openTestRegistry } from '../registry/test-registry.ts';
import { startDockerRegistry } from './docker-registry.ts';
import { startEcrTarget } from './ecr.ts';
import { startHub } from './hub.ts';
import { mirror } from './mirror.ts';
import { ON_THE_FIRST, PLATFORM_SBOMS, ROOT_COSIGN, ROOT_SIGNATURE, signed } from './signed-images.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

const ALL = signed(PLATFORM_SBOMS, ROOT_SIGNATURE, ON_THE_FIRST, ROOT_COSIGN);

async function hub(image: SampleImage, referrersList = true) {
  const started = kept(await startHub({ images: [image], referrersList }));
  return { ...started, source: started.registry.repository(image.repository) };
}

/** The image and what speaks of it, the tag at the end, as a job does it. */
async function copyAll(source: Repository, target: Repository, more: { refusal?: string } = {}) {
  const facts = await source.headManifest('1');
  if (!facts) throw new Error('no image');
  const treeOf = (digest: Digest) => fetchTree(source, digest);
  const tree = await treeOf(facts.digest);
  const { referrers } = await findReferrers({ source, subjects: subjectsOf(tree), treeOf });
  await copyImage({ source, target, tree, plan: planCopy(tree) });
  const done = await copyReferrers({
    target,
    referrers,
    treeOf,
    refusal: () => more.refusal,
    planOf: async (each) => planCopy(each, await headBlobs(target, imageBlobs(each))),
    copy: (each, plan) => copyImage({ source, target, tree: each, plan }),
  });
  await target.putManifest('1', tree.manifest);
  return { ...done, tree, referrers };
}

describe('into ECR', () => {
  test('all of it arrives with its digests: after the root, before the image’s tag', async () => {
    const { source, upstream } = await hub(ALL);
    const { ecr, registry } = kept(await startEcrTarget(['signed']));
    const { copied, refused, referrers, tree } = await copyAll(source, registry.repository('signed'));
    expect(refused).toEqual([]);
    expect(copied).toEqual(referrers);
    expect(referrers).toHaveLength(5);
    for (const { digest } of referrers) expect(ecr.admin.manifest('signed', digest)).toBeDefined();
    const cosign = `${referrersTag(tree.manifest.digest)}.sig`;
    expect(ecr.admin.tags('signed').get(cosign)).toBe(upstream.digestOf('library/signed', cosign));
    const puts = ecr.calls
      .filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'))
      .map(({ path }) => path.split('/').at(-1));
    expect(puts.indexOf(tree.manifest.digest)).toBeLessThan(puts.indexOf(referrers[0]?.digest));
    expect(puts.at(-1)).toBe('1');
  });

  test('one that the target refuses is named with the reason, the others arrive', async () => {
    const { source, upstream } = await hub(ALL);
    const { ecr, registry } = kept(await startEcrTarget(['signed']));
    const root = upstream.digestOf('library/signed', '1');
    const cosign = `${referrersTag(root)}.sig`;
    const [first] = (await fetchTree(source, root)).children;
    // The repository's tags are immutable, and this one is taken by something else.
    await mirror(source, registry.repository('signed'), { tag: '1' });
    if (first) await registry.repository('signed').putManifest(cosign, first.tree.manifest);
    const { copied, refused } = await copyAllUntagged(source, registry.repository('signed'));
    expect(refused).toEqual([
      expect.objectContaining({ why: `the tag ${cosign} is taken and cannot be moved` }),
    ]);
    expect(copied).toHaveLength(4);
    expect(ecr.admin.tags('signed').get(cosign)).toBe(first?.tree.manifest.digest);
  });

  test('what ECR cannot keep is refused before a byte of it moves', async () => {
    const { source } = await hub(signed(ROOT_SIGNATURE));
    const { ecr, registry } = kept(await startEcrTarget(['signed']));
    const { copied, refused, referrers } = await copyAll(source, registry.repository('signed'), {
      refusal: 'it has no layers',
    });
    expect(copied).toEqual([]);
    expect(refused).toEqual([expect.objectContaining({ why: 'it has no layers' })]);
    expect(ecr.admin.manifest('signed', referrers[0]?.digest ?? '')).toBeUndefined();
  });

  test('one that is gone at the source is named, the image is whole', async () => {
    const { source } = await hub(signed(ROOT_SIGNATURE, PLATFORM_SBOMS));
    const { registry } = kept(await startEcrTarget(['signed']));
    const target = registry.repository('signed');
    const facts = await source.headManifest('1');
    if (!facts) throw new Error('no image');
    const gone = parseDigest(`sha256:${'0'.repeat(64)}`);
    const tree = await fetchTree(source, facts.digest);
    await copyImage({ source, target, tree, plan: planCopy(tree) });
    const treeOf = (digest: Digest) => fetchTree(source, digest);
    const { referrers } = await findReferrers({ source, subjects: subjectsOf(tree), treeOf });
    const lost = referrers.map((each, at) => (at === 0 ? { ...each, digest: gone } : each));
    const done = await copyReferrers({
      target,
      referrers: lost,
      treeOf,
      refusal: () => undefined,
      planOf: async (each) => planCopy(each),
      copy: (each, plan) => copyImage({ source, target, tree: each, plan }),
    });
    expect(done.refused.map(({ why }) => why)).toEqual([expect.stringContaining('not found')]);
    expect(done.copied).toHaveLength(2);
  });

  test('a cancel in the middle is no refusal: it is thrown', async () => {
    const { source } = await hub(signed(ROOT_SIGNATURE));
    const { registry } = kept(await startEcrTarget(['signed']));
    const stop = new AbortController();
    const treeOf = (digest: Digest) => {
      stop.abort(new Error('cancelled'));
      return fetchTree(source, digest, { signal: stop.signal });
    };
    const facts = await source.headManifest('1');
    const digest = facts?.digest;
    if (!digest) throw new Error('no image');
    const work = copyReferrers({
      target: registry.repository('signed'),
      referrers: [{ digest, subject: digest, kind: 'signature' }],
      treeOf,
      refusal: () => undefined,
      planOf: async (each) => planCopy(each),
      copy: async () => {},
      signal: stop.signal,
    });
    await expect(work).rejects.toThrow('cancelled');
  });
});

const program = findStranger('docker-registry');
const describeIfThere = program ? describe : describe.skip;

describeIfThere('into Debian’s docker-registry, which keeps no list of referrers', () => {
  async function target() {
    const server = kept(await startDockerRegistry(program ?? ''));
    return kept(openTestRegistry(`http://${server.host}`)).repository('signed');
  }

  test('the tag that stands in for the list holds what was copied, and is found again', async () => {
    const { source } = await hub(ALL, false);
    const there = await target();
    const { referrers, refused, tree } = await copyAll(source, there);
    expect(refused).toEqual([]);
    const again = await findReferrers({
      source: there,
      subjects: subjectsOf(tree),
      treeOf: (digest) => fetchTree(there, digest),
    });
    expect(again.referrers).toEqual(referrers);
  });

  test('entries that others wrote stay, byte for byte, and nothing is listed twice', async () => {
    const there = await target();
    const first = await hub(signed(ROOT_SIGNATURE));
    const { tree } = await copyAll(first.source, there);
    const tag = referrersTag(tree.manifest.digest);
    const before = await there.getManifest(tag);
    const both = await hub(signed(ROOT_SIGNATURE, { ...ROOT_SIGNATURE, says: 'another' }));
    await copyAllUntagged(both.source, there);
    await copyAllUntagged(both.source, there);
    const after = await there.getManifest(tag);
    if (before.kind !== 'index' || after.kind !== 'index') throw new Error('an index');
    expect(after.manifests).toHaveLength(2);
    expect(after.manifests[0]).toEqual(before.manifests[0]);
  });
});

/** Only what speaks of the image: it stands there already. */
async function copyAllUntagged(source: Repository, target: Repository) {
  const facts = await source.headManifest('1');
  if (!facts) throw new Error('no image');
  const treeOf = (digest: Digest) => fetchTree(source, digest);
  const tree = await treeOf(facts.digest);
  const { referrers } = await findReferrers({ source, subjects: subjectsOf(tree), treeOf });
  return copyReferrers({
    target,
    referrers,
    treeOf,
    refusal: () => undefined,
    planOf: async (each) => planCopy(each, await headBlobs(target, imageBlobs(each))),
    copy: (each, plan) => copyImage({ source, target, tree: each, plan }),
  });
}
