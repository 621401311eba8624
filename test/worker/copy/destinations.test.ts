import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { referrersTag } from '../../../core/oci/referrer.ts';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { copyReferrers } from '../../../worker/copy/copy-referrers.ts';
import { findReferrers, subjectsOf } from '../../../worker/copy/find-referrers.ts';
import { openFlights } from '../../../worker/copy/flights.ts';
import { pick } from '../../../worker/copy/pick.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import { checkTag, putTag } from '../../../worker/copy/put-tag.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import type { Registry, Repository } from '../../../worker/registry/registry.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';
import { type Destination, DESTINATIONS } from './destinations.ts';
import { content, image, index, on, pointTo, type Shape } from './documents.ts';
import { mirror } from './mirror.ts';
import { type PlainRegistry, startPlainRegistry } from './plain-registry.ts';
import { SHAPES } from './shapes.ts';
import { TRANSFERS } from './transfers.ts';

const EXTRA = [
  'one',
  'some',
  'stopped',
  'at-once',
  'signed',
  'again',
  'present',
  'sharing',
  'moved',
  'taken',
  'sizes',
  'broken',
  'forgotten',
];
const REPOSITORIES = [...SHAPES.map(({ id }) => `suite/${id}`), ...EXTRA.map((id) => `suite/${id}`)];
const COMBINATIONS = DESTINATIONS.flatMap((each) =>
  TRANSFERS.map(([way, by]) => [each.name, way, each, by] as const),
);

describe.each(COMBINATIONS)('into %s, through %s', (_name, _way, { canFail, start, strict }, by) => {
  const refused = SHAPES.filter((each) => strict && (each.refused !== undefined || each.late === true));
  const stored = SHAPES.filter((each) => !refused.includes(each));
  let upstream: PlainRegistry;
  let registry: Registry;
  let destination: Destination;
  beforeAll(async () => {
    upstream = await startPlainRegistry();
    registry = openTestRegistry(upstream.origin);
    destination = await start(REPOSITORIES);
  });
  afterAll(async () => {
    await destination.close();
    await registry.close();
    await upstream.close();
  });

  const put = (id: string, shape: Shape, tag = '1') => upstream.add(`suite/${id}`, tag, shape);
  const copy = (id: string, tag = '1', to = id) =>
    mirror(registry.repository(`suite/${id}`), destination.repository(`suite/${to}`), { tag, transfer: by });
  const blobGets = (id: string) =>
    upstream.calls
      .filter(({ method, path }) => method === 'GET' && path.startsWith(`/v2/suite/${id}/blobs/`))
      .map(({ path }) => path.split('/').at(-1));

  test.each(stored.map((each) => [each.what, each] as const))(
    '%s arrives as it is, and each of its blobs is fetched once',
    async (_what, { id, shape }) => {
      const digest = put(id, shape);
      const { outcome, tree } = await copy(id);
      expect(outcome).toEqual({ kind: 'tagged' });
      expect(tree.manifest.digest).toBe(digest);
      const root = await destination.stored(`suite/${id}`, '1');
      expect(root?.bytes.equals(shape.root.bytes)).toBe(true);
      expect(root?.mediaType).toBe(shape.root.mediaType);
      for (const each of shape.manifests) {
        const child = await destination.stored(`suite/${id}`, digestOf(each.bytes));
        expect(child?.bytes.equals(each.bytes)).toBe(true);
      }
      const blobs = new Set(shape.blobs.map(digestOf));
      expect(blobGets(id).toSorted()).toEqual([...blobs].toSorted());
      const target = destination.repository(`suite/${id}`);
      for (const bytes of shape.blobs) {
        const blob = { mediaType: 'x', digest: digestOf(bytes), sizeBytes: bytes.byteLength };
        expect(await target.headBlob(blob)).toBe(true);
        expect((await target.getBlobBytes(blob, 100_000)).equals(bytes)).toBe(true);
      }
    },
  );

  const refusing = strict ? test.each(refused.map((each) => [each.what, each] as const)) : undefined;
  refusing?.(
    '%s does not stand there, and the plan says so before a byte moves where that is known',
    async (_what, { id, refused: kind, shape }) => {
      const digest = put(id, shape);
      const tree = await fetchTree(registry.repository(`suite/${id}`), digest);
      expect(planCopy(tree).refusals.map((each) => each.kind)).toEqual(kind ? [kind] : []);
      // Copied all the same, it is refused.
      const error = await failureOf(copy(id));
      expect(['unsupported manifest', 'blob unknown', 'upload invalid']).toContain(error.code);
      expect(await destination.stored(`suite/${id}`, '1')).toBeUndefined();
    },
  );

  test('a second time fetches no blob and sends none', async () => {
    put('again', image('again'));
    await copy('again');
    const before = blobGets('again').length;
    const { outcome, plan } = await copy('again');
    expect(plan.blobs).toEqual([]);
    expect(plan.presentBytes).toBe(plan.totalBytes);
    expect(outcome).toEqual({ kind: 'tagged' });
    expect(blobGets('again').length).toBe(before);
  });

  test('a blob that is there is not fetched from the source', async () => {
    const shared = content('common base', 80_000);
    put('present', image('first', { layers: [shared] }));
    await copy('present');
    put('present', image('second', { layers: [shared, content('new on top', 20_000)] }), '2');
    const before = blobGets('present').length;
    const { plan } = await copy('present', '2');
    expect(plan.presentBytes).toBe(80_000);
    expect(blobGets('present').slice(before)).not.toContain(digestOf(shared.bytes));
  });

  test('a layer that platforms share is sent once', async () => {
    const shared = content('of both', 60_000);
    const platforms = ['amd64', 'arm64'].map((architecture) =>
      on('linux', architecture, image(`for ${architecture}`, { layers: [shared] })),
    );
    put('sharing', index(platforms));
    await copy('sharing');
    expect(blobGets('sharing').filter((each) => each === digestOf(shared.bytes)).length).toBe(1);
  });

  test('a tag that means another image is moved where tags move, and stays where they do not', async () => {
    const first = put('moved', image('old'), 'latest');
    await copy('moved', 'latest');
    const second = put('moved', image('new'), 'latest');
    const { outcome } = await copy('moved', 'latest');
    const holds = await destination.stored('suite/moved', 'latest');
    if (strict) {
      expect(outcome).toEqual({ kind: 'conflict', holds: first });
      expect(holds && digestOf(holds.bytes)).toBe(first);
    } else {
      expect(outcome).toEqual({ kind: 'tagged' });
      expect(holds && digestOf(holds.bytes)).toBe(second);
    }
    // The image is there by its digest all the same.
    expect(await destination.stored('suite/moved', second)).toBeDefined();
  });

  test('a tag that holds the digest already is found so, and putting it again is no failure', async () => {
    const digest = put('taken', image('taken'));
    const { tree } = await copy('taken');
    const target = destination.repository('suite/taken');
    expect(await checkTag(target, { tag: '1', digest })).toEqual({ kind: 'same' });
    expect(await putTag({ target, tag: '1', manifest: tree.manifest })).toEqual({ kind: 'tagged' });
  });

  const three = index([
    on('linux', 'amd64', image('of amd64')),
    on('linux', 'arm64', image('of arm64')),
    on('linux', 's390x', image('of s390x')),
  ]);
  const chosen = async (id: string, ...architectures: readonly string[]) => {
    const source = registry.repository(`suite/${id}`);
    const platforms = architectures.map((architecture) => ({ os: 'linux', architecture }));
    const { signal } = new AbortController();
    const picked = await pick(source, { digest: put(id, three), platforms, signal });
    if (picked.kind !== 'picked') throw new Error(picked.kind);
    const tree = await fetchTree(source, picked.digest, { known: (each) => picked.known.get(each) });
    const target = destination.repository(`suite/${id}`);
    await copyImage({ source, target, tree, plan: planCopy(tree), transfer: by });
    await putTag({ target, tag: '1', manifest: tree.manifest });
    return (await destination.stored(`suite/${id}`, '1'))?.bytes ?? Buffer.alloc(0);
  };

  test('one chosen platform arrives with its own digest, and nothing of the others', async () => {
    const [amd64] = three.manifests;
    expect(await chosen('one', 'amd64')).toEqual(amd64?.bytes);
    expect(new Set(blobGets('one')).size).toBe(3);
  });

  test('two chosen platforms arrive as a new index of their own entries', async () => {
    const { manifests } = JSON.parse(three.root.bytes.toString());
    const bytes = await chosen('some', 's390x', 'amd64');
    expect(JSON.parse(bytes.toString()).manifests).toEqual([manifests[0], manifests[2]]);
    expect(await destination.stored('suite/some', digestOf(three.root.bytes))).toBeUndefined();
  });

  test('a copy that is stopped leaves no manifest, and the next one fetches only the rest', async () => {
    const shape = image('stopped', {
      layers: Array.from({ length: 6 }, (_, at) => content(`part ${at}`, 1_000)),
    });
    const digest = put('stopped', shape);
    const reason = new Error('cancelled');
    let blobs = 0;
    const beforeBlob = (): void => {
      blobs += 1;
      if (blobs > 3) throw reason;
    };
    const source = registry.repository('suite/stopped');
    const target = destination.repository('suite/stopped');
    const stopped = mirror(source, target, { tag: '1', transfer: by, beforeBlob, concurrency: 1 });
    await expect(stopped).rejects.toBe(reason);
    expect(await destination.stored('suite/stopped', digest)).toBeUndefined();
    expect((await copy('stopped')).plan.blobs.length).toBe(shape.blobs.length - 3);
    expect(blobGets('stopped').length).toBe(shape.blobs.length);
  });

  test('two tags of images that share all layers, at the same moment: each blob is fetched once', async () => {
    const shared = [content('s1', 30_000), content('s2', 20_000)];
    const [a, b] = [image('at once a', { layers: shared }), image('at once b', { layers: shared })];
    put('at-once', a, 'a');
    put('at-once', b, 'b');
    const flights = openFlights({ remember: true });
    const source = registry.repository('suite/at-once');
    const target = destination.repository('suite/at-once');
    const both = ['a', 'b'].map((tag) => mirror(source, target, { tag, transfer: by, flights }));
    expect((await Promise.all(both)).map(({ outcome }) => outcome.kind)).toEqual(['tagged', 'tagged']);
    expect(blobGets('at-once').length).toBe(4);
  });

  test('what speaks of an image comes along and can be found there, whatever way the registry knows', async () => {
    const root = image('signed');
    const digest = put('signed', root);
    const signature = image('its signature', {
      config: { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') },
      layers: [content('signed', 200, 'application/vnd.dev.sigstore.bundle.v0.3+json')],
      fields: { subject: pointTo(root.root), artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' },
    });
    put('signed', index([signature]), referrersTag(digest));
    const cosign = image('its cosign signature', {
      layers: [content('cosign', 150, 'application/vnd.dev.cosign.simplesigning.v1+json')],
    });
    put('signed', cosign, `${referrersTag(digest)}.sig`);
    const { tree } = await copy('signed', '1');
    const [source, target] = [registry, destination].map((each) => each.repository('suite/signed'));
    if (!source || !target) throw new Error('no repositories');
    const find = (at: Repository) => {
      const treeOf = (each: Digest) => fetchTree(at, each);
      return findReferrers({ source: at, subjects: subjectsOf(tree), treeOf });
    };
    const found = await find(source);
    const done = await copyReferrers({
      target,
      referrers: found.referrers,
      treeOf: (each) => fetchTree(source, each),
      refusal: () => undefined,
      planOf: async (each) => planCopy(each),
      copy: (each, plan) => copyImage({ source, target, tree: each, plan, transfer: by }),
    });
    expect(done.refused).toEqual([]);
    expect(done.copied.map((each) => each.kind)).toEqual(['signature', 'signature']);
    expect((await find(target)).referrers).toEqual(found.referrers);
    for (const shape of [signature, cosign]) {
      const stored = await destination.stored('suite/signed', digestOf(shape.root.bytes));
      expect(stored?.bytes.equals(shape.root.bytes)).toBe(true);
    }
  });

  test('a blob that is not as long as its descriptor says is named with both sizes, and nothing is tagged', async () => {
    const layer = content('longer than said', 5_000);
    const said = { mediaType: layer.mediaType, digest: digestOf(layer.bytes), size: 4_000 };
    put('sizes', image('sizes', { layers: [layer], fields: { layers: [said] } }));
    const error = await failureOf(copy('sizes'));
    expect(error).toMatchObject({ code: 'digest mismatch', operation: 'get blob', retryable: false });
    expect(error.detail).toContain(`${said.digest} has 4000 bytes`);
    expect(error.detail).toContain('5000');
    expect(await destination.stored('suite/sizes', '1')).toBeUndefined();
    const blob = { mediaType: 'x', digest: digestOf(layer.bytes), sizeBytes: 5_000 };
    expect(await destination.repository('suite/sizes').headBlob(blob)).toBe(false);
  });

  (canFail ? test : test.skip)(
    'with its first answers wrong, cut or lost it arrives all the same',
    async () => {
      const { faults } = destination;
      if (!faults) throw new Error('not a stand-in');
      const shape = image('broken');
      put('broken', shape);
      const hits = faults.hits;
      const under = '/v2/suite/broken/blobs/uploads/';
      faults.add({
        kind: 'status',
        status: 503,
        match: ({ method, url }) => method === 'POST' && url === under,
      });
      faults.add({
        kind: 'cut',
        match: ({ method, url }) => method === 'PUT' && (url ?? '').startsWith(under),
        after: 1,
      });
      faults.add({
        kind: 'lost',
        match: ({ method, url }) => method === 'PUT' && (url ?? '').startsWith('/v2/suite/broken/manifests/'),
      });
      expect((await copy('broken')).outcome).toEqual({ kind: 'tagged' });
      expect(faults.hits - hits).toBe(3);
      expect((await destination.stored('suite/broken', '1'))?.bytes.equals(shape.root.bytes)).toBe(true);
    },
  );

  test('a manifest whose blobs were only thought to be there brings them along', async () => {
    const shape = image('forgotten');
    const digest = put('forgotten', shape);
    const source = registry.repository('suite/forgotten');
    const everything = new Set(shape.blobs.map(digestOf));
    const tree = await fetchTree(source, digest);
    const target = destination.repository('suite/forgotten');
    await copyImage({ source, target, tree, plan: planCopy(tree, everything), transfer: by });
    expect(await destination.stored('suite/forgotten', digest)).toBeDefined();
  });
});
