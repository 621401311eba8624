import { afterEach, describe, expect, test } from '@jest/globals';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { openFlights } from '../../../worker/copy/flights.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import type { Progress } from '../../../worker/copy/progress.ts';
import { checkTag, putTag } from '../../../worker/copy/put-tag.ts';
import type { BlobTransfer } from '../../../worker/copy/transfer.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { failureOf } from '../registry/test-registry.ts';
import { startEcrTarget } from './ecr.ts';
import { startHub } from './hub.ts';
import { mirror } from './mirror.ts';
import { TRANSFERS } from './transfers.ts';
import { SMALL_IMAGES, SMALL_INDEX } from './small-images.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
async function world(options: Parameters<typeof startEcrTarget>[1] = {}) {
  const hub = await startHub();
  open.push(hub);
  const target = await startEcrTarget(['small', 'other'], options);
  open.push(target);
  const writes = () =>
    target.ecr.calls.filter(({ plane, method }) => plane === 'registry' && method !== 'HEAD');
  return { hub, target, writes };
}

const blobGets = ({ upstream }: Awaited<ReturnType<typeof startHub>>): number =>
  upstream.calls.filter(({ kind, server }) => kind === 'blob get' && server === 'blobs').length;

describe.each(TRANSFERS)('through %s', (_way, by) => {
  const mirrored: typeof mirror = (source, target, options) =>
    mirror(source, target, { transfer: by, ...options });

  describe('from the sample Docker Hub into the ECR stand-in', () => {
    test('with nothing to come between, the root is put once: by its tag', async () => {
      const { hub, target, writes } = await world();
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
      const { hub, target, writes } = await world();
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
        const { hub, target } = await world();
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
      const { hub, target } = await world();
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
      const { hub, target, writes } = await world();
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
      const { hub, target, writes } = await world();
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
      const { hub, target } = await world();
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

  describe('damage on the way', () => {
    test.each([
      ['a download cut in the middle', { kind: 'cut', afterBytes: 300_000 }],
      ['one flipped byte', { kind: 'flip', atByte: 700_000 }],
    ] as const)('%s is read again, and the right bytes arrive', async (_name, damage) => {
      const { hub, target } = await world();
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const largest = planCopy(tree).blobs[0];
      if (!largest) throw new Error('no blobs');
      hub.upstream.damageBlob(largest.digest, damage);
      await mirrored(source, target.registry.repository('small'), { tag: '1' });
      expect((await target.ecr.admin.blob('small', largest.digest))?.length).toBe(largest.sizeBytes);
    });

    test('a byte that stays flipped: the blob never completes, no manifest and no tag is put', async () => {
      const { hub, target, writes } = await world();
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const largest = planCopy(tree).blobs[0];
      if (!largest) throw new Error('no blobs');
      hub.upstream.damageBlob(largest.digest, { kind: 'flip', atByte: largest.sizeBytes - 1 }, 100);
      const error = await failureOf(mirrored(source, target.registry.repository('small'), { tag: '1' }));
      expect(error).toMatchObject({ code: 'digest mismatch', host: 'docker.io', operation: 'get blob' });
      expect(await target.ecr.admin.blob('small', largest.digest)).toBeUndefined();
      expect(writes().filter(({ path }) => path.includes('/manifests/'))).toEqual([]);
    });

    test('blobs that the registry has forgotten are sent once more', async () => {
      const { hub, target } = await world();
      const [source, place] = [hub.registry.repository('library/small'), target.registry.repository('small')];
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const plan = planCopy(tree);
      await copyImage({ transfer: by, source, target: place, tree, plan: { ...plan, manifests: [] } });
      expect(target.ecr.admin.dropUnreferencedBlobs('small').length).toBe(plan.blobs.length);
      // The plan believes that everything is there.
      await copyImage({ transfer: by, source, target: place, tree, plan: { ...plan, blobs: [] } });
      expect(target.ecr.admin.images('small').length).toBe(4);
    });

    test('a token that expires in the middle is renewed once', async () => {
      const { hub, target } = await world();
      const [source, place] = [hub.registry.repository('library/small'), target.registry.repository('small')];
      let blobs = 0;
      const beforeBlob = (): void => {
        blobs += 1;
        if (blobs === 3) target.ecr.admin.expireTokens();
      };
      await mirrored(source, place, { tag: '1', beforeBlob, concurrency: 1 });
      expect(target.logins).toEqual(['use', 'renew']);
    });

    test('a missing repository is told apart, also where ECR only closes the connection', async () => {
      for (const [missingRepository, code] of [
        ['answer', 'repository unknown'],
        ['eof', 'upload cut'],
      ] as const) {
        const { hub, target } = await world({ missingRepository });
        const error = await failureOf(
          mirrored(hub.registry.repository('library/single'), target.registry.repository('nowhere'), {
            tag: '1',
          }),
        );
        expect(error).toMatchObject({ code, operation: 'start upload' });
      }
    });

    test('no pulls left: told with the time when there will be some', async () => {
      const { hub, target } = await world();
      hub.upstream.setPullsLeft(0);
      const error = await failureOf(
        mirrored(hub.registry.repository('library/single'), target.registry.repository('small'), {
          tag: '1',
        }),
      );
      expect(error).toMatchObject({
        code: 'rate limited',
        host: 'docker.io',
        operation: 'get manifest',
        status: 429,
      });
    });
  });

  describe('a tag', () => {
    test('that holds another digest is a conflict, and stays', async () => {
      const { hub, target } = await world();
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
      const { hub, target } = await world();
      const place = target.registry.repository('small');
      const { tree } = await mirrored(hub.registry.repository('library/small'), place, { tag: '1' });
      target.ecr.faults.registry.add({ kind: 'lost', match: ({ method }) => method === 'PUT' });
      expect(await putTag({ target: place, tag: '2', manifest: tree.manifest })).toEqual({ kind: 'tagged' });
      expect(target.ecr.faults.registry.hits).toBe(1);
      expect(target.ecr.admin.tags('small').get('2')).toBe(tree.manifest.digest);
    });
  });

  describe('stopping', () => {
    test('when beforeBlob says no, nothing more is started and its reason is thrown', async () => {
      const { hub, target, writes } = await world();
      const reason = new Error('the lease is lost');
      let calls = 0;
      const beforeBlob = (): void => {
        calls += 1;
        if (calls > 2) throw reason;
      };
      const place = target.registry.repository('small');
      const work = mirrored(hub.registry.repository('library/small'), place, {
        tag: '1',
        beforeBlob,
        concurrency: 1,
      });
      await expect(work).rejects.toBe(reason);
      expect(calls).toBe(3);
      expect(writes().filter(({ path }) => path.includes('/manifests/'))).toEqual([]);
    });

    test('by the signal ends every transfer and throws its reason', async () => {
      const { hub, target } = await world();
      const reason = new Error('cancelled');
      const giveUp = new AbortController();
      const onProgress = ({ doneBytes }: Progress): void => {
        if (doneBytes > 0) giveUp.abort(reason);
      };
      const place = target.registry.repository('small');
      const source = hub.registry.repository('library/small');
      await expect(mirrored(source, place, { tag: '1', signal: giveUp.signal, onProgress })).rejects.toBe(
        reason,
      );
      expect(target.ecr.admin.images('small')).toEqual([]);
      // What has arrived is not sent again.
      const { outcome } = await mirrored(source, place, { tag: '1' });
      expect(outcome).toEqual({ kind: 'tagged' });
    });

    test('one of two copies leaves the other whole: a shared blob is sent by whoever stays', async () => {
      const { hub, target } = await world();
      const flights = openFlights();
      const giveUp = new AbortController();
      const place = target.registry.repository('small');
      const list = hub.registry.repository('library/docker-list');
      const transfer: BlobTransfer = async (job) => {
        await by(job);
        giveUp.abort(new Error('cancelled'));
      };
      const first = mirrored(hub.registry.repository('library/small'), place, {
        tag: '1',
        flights,
        signal: giveUp.signal,
        transfer,
      });
      const second = mirrored(list, place, { tag: '2', flights });
      await expect(first).rejects.toThrow('cancelled');
      expect((await second).outcome).toEqual({ kind: 'tagged' });
    });

    test('two copies of the same image at once send each blob once', async () => {
      const { hub, target, writes } = await world();
      const flights = openFlights();
      const place = target.registry.repository('small');
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const plan = planCopy(tree);
      const copy = { transfer: by, source, target: place, tree, plan, flights };
      await Promise.all([copyImage(copy), copyImage(copy)]);
      const uploads = writes().filter(({ path }) => path.includes('/blobs/uploads/'));
      expect(uploads.length).toBe(2 * plan.blobs.length);
    });
  });
});

test('the samples of this file are what they say', () => {
  expect(SMALL_INDEX.platforms.filter(({ attested }) => attested).length).toBe(1);
  expect(new Set(SMALL_IMAGES.map(({ format }) => format)).size).toBe(4);
});
