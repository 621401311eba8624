import { afterEach, describe, expect, test } from '@jest/globals';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import type { Progress } from '../../../worker/copy/progress.ts';
import { checkTag, putTag } from '../../../worker/copy/put-tag.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { failureOf } from '../registry/test-registry.ts';
import { blobGets, hubToEcr } from './hub-to-ecr.ts';
import { mirror } from './mirror.ts';
import { SMALL_IMAGES, SMALL_INDEX } from './small-images.ts';
import { TRANSFERS } from './transfers.ts';
import { closeAll } from './two-sides.ts';

afterEach(closeAll);

describe.each(TRANSFERS)('through %s', (_way, by) => {
  const mirrored: typeof mirror = (source, target, options) =>
    mirror(source, target, { transfer: by, ...options });

  describe('from the sample Docker Hub into the ECR stand-in', () => {
    test('with nothing to come between, the root is put once: by its tag', async () => {
      const { hub, target, writes } = await hubToEcr();
      const source = hub.registry.repository('library/small');
      const there = target.registry.repository('small');
      const facts = await source.headManifest('1');
      if (!facts) throw new Error('no image');
      const tree = await fetchTree(source, facts.digest);
      const copy = { source, target: there, tree, plan: planCopy(tree), transfer: by };
      expect(await copyImage({ ...copy, tag: '1' })).toEqual({ kind: 'tagged' });
      const puts = writes().filter(({ path }) => path.includes('/manifests/'));
      expect(puts.map(({ path }) => path.split('/').at(-1)).filter((key) => key === '1')).toHaveLength(1);
      expect(puts).toHaveLength(4);
      expect(target.ecr.admin.tags('small').get('1')).toBe(facts.digest);
    });

    test('an index arrives whole, children first, the tag last, with its digest', async () => {
      const { hub, target, writes } = await hubToEcr();
      const { digest, tree, outcome } = await mirrored(
        hub.registry.repository('library/small'),
        target.registry.repository('small'),
        { tag: '1' },
      );
      expect(outcome).toEqual({ kind: 'tagged' });
      expect(digest).toBe(hub.upstream.digestOf('library/small', '1'));
      expect(target.ecr.admin.tags('small').get('1')).toBe(digest);
      const stored = target.ecr.admin.manifest('small', '1');
      expect(stored?.bytes.equals(tree.manifest.bytes)).toBe(true);
      const puts = writes()
        .filter(({ path }) => path.includes('/manifests/'))
        .map(({ path }) => path.split('/').at(-1));
      expect(puts).toEqual([...tree.children.map(({ descriptor }) => descriptor.digest), digest, '1']);
      expect(tree.children.length).toBe(3);
    });

    test.each(['library/docker-list', 'library/single', 'library/docker-single'])(
      '%s keeps its digest and media type',
      async (repository) => {
        const { hub, target } = await hubToEcr();
        const { digest, tree } = await mirrored(
          hub.registry.repository(repository),
          target.registry.repository('small'),
          {
            tag: '1',
          },
        );
        expect(target.ecr.admin.manifest('small', '1')).toMatchObject({
          digest,
          mediaType: tree.manifest.mediaType,
        });
      },
    );

    test('a private image arrives with the account, which only the token service sees', async () => {
      const { hub, target } = await hubToEcr();
      await mirrored(hub.known.repository('acme/secret'), target.registry.repository('small'), { tag: '1' });
      expect(target.ecr.admin.tags('small').size).toBe(1);
      const users = hub.upstream.calls.map(({ server, user }) => `${server} ${user}`);
      expect(users).toContain('auth acme');
      expect(users.filter((each) => each.startsWith('blobs'))).toEqual(
        users.filter((each) => each === 'blobs anonymous'),
      );
      const error = await failureOf(hub.registry.repository('acme/secret').headManifest('1'));
      expect(error.code).toBe('unauthorized');
    });

    test('a second time moves no blob and puts nothing but the tag, which may be known to be there', async () => {
      const { hub, target, writes } = await hubToEcr();
      const [source, place] = [hub.registry.repository('library/small'), target.registry.repository('small')];
      const first = await mirrored(source, place, { tag: '1' });
      const before = { writes: writes().length, blobs: blobGets(hub) };
      expect(await checkTag(place, { tag: '1', digest: first.digest })).toEqual({ kind: 'same' });
      const second = await mirrored(source, place, { tag: '1' });
      expect(second.plan.blobs).toEqual([]);
      expect(blobGets(hub)).toBe(before.blobs);
      expect(
        writes()
          .slice(before.writes)
          .filter(({ path }) => path.includes('/blobs/')),
      ).toEqual([]);
      expect(second.outcome).toEqual({ kind: 'tagged' });
    });

    test('each blob is fetched once, with one POST and one PUT, and each manifest once', async () => {
      const { hub, target, writes } = await hubToEcr();
      const { plan, tree } = await mirrored(
        hub.registry.repository('library/small'),
        target.registry.repository('small'),
        {
          tag: '1',
        },
      );
      expect(blobGets(hub)).toBe(plan.blobs.length);
      const uploads = writes().filter(({ path }) => path.includes('/blobs/uploads/'));
      expect(uploads.length).toBe(2 * plan.blobs.length);
      const kinds = hub.upstream.calls.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'manifest get').length).toBe(1 + tree.children.length);
      // The first is refused with the challenge.
      expect(kinds.filter((kind) => kind === 'manifest head').length).toBe(2);
      expect(kinds.filter((kind) => kind === 'token').length).toBe(1);
    });

    test('progress grows to the end and counts a blob that starts over from 0 again', async () => {
      const { hub, target } = await hubToEcr();
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const plan = planCopy(tree);
      const largest = plan.blobs[0];
      if (!largest) throw new Error('no blobs');
      hub.upstream.damageBlob(largest.digest, { kind: 'flip', atByte: 500_000 });
      const seen: Progress[] = [];
      const onProgress = (progress: Progress): void => void seen.push(progress);
      await copyImage({
        transfer: by,
        source,
        target: target.registry.repository('small'),
        tree,
        plan,
        onProgress,
      });
      expect(seen.at(-1)).toEqual({
        doneBytes: plan.missingBytes,
        totalBytes: plan.missingBytes,
        blobsDone: plan.blobs.length,
        blobs: plan.blobs.length,
      });
      expect(seen.some(({ doneBytes }, i) => doneBytes < (seen[i - 1]?.doneBytes ?? 0))).toBe(true);
      expect(Math.max(...seen.map(({ doneBytes }) => doneBytes))).toBe(plan.missingBytes);
    });
  });

  describe('a tag', () => {
    test('that holds another digest is a conflict, and stays', async () => {
      const { hub, target } = await hubToEcr();
      const place = target.registry.repository('small');
      const first = await mirrored(hub.registry.repository('library/small'), place, { tag: '1' });
      const second = await mirrored(hub.registry.repository('library/single'), place, { tag: '1' });
      expect(second.outcome).toEqual({ kind: 'conflict', holds: first.digest });
      expect(target.ecr.admin.tags('small').get('1')).toBe(first.digest);
      expect(await checkTag(place, { tag: '1', digest: second.digest })).toEqual({
        kind: 'other',
        holds: first.digest,
      });
      expect(await checkTag(place, { tag: 'none', digest: second.digest })).toEqual({ kind: 'missing' });
    });

    test('whose first answer was lost is put, though the second is refused as immutable', async () => {
      const { hub, target } = await hubToEcr();
      const place = target.registry.repository('small');
      const { tree } = await mirrored(hub.registry.repository('library/small'), place, { tag: '1' });
      target.ecr.faults.registry.add({ kind: 'lost', match: ({ method }) => method === 'PUT' });
      expect(await putTag({ target: place, tag: '2', manifest: tree.manifest })).toEqual({ kind: 'tagged' });
      expect(target.ecr.faults.registry.hits).toBe(1);
      expect(target.ecr.admin.tags('small').get('2')).toBe(tree.manifest.digest);
    });
  });
});

test('the samples of this file are what they say', () => {
  expect(SMALL_INDEX.platforms.filter(({ attested }) => attested).length).toBe(1);
  expect(new Set(SMALL_IMAGES.map(({ format }) => format)).size).toBe(4);
});
