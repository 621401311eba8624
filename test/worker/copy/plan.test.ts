import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { planCopy, pullThroughOf } from '../../../worker/copy/plan.ts';
import { type ImageTree, manifestsOf } from '../../../worker/copy/tree.ts';

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly mediaType?: string;
  readonly urls?: readonly string[];
}
const digest = (name: string): Digest => digestOf(Buffer.from(name));
const manifestOf = (document: object): Manifest => parseManifest(Buffer.from(JSON.stringify(document)));
const entry = ({ name, size, mediaType = 'application/layer', urls }: Entry) => ({
  mediaType,
  digest: digest(name),
  size,
  ...(urls && { urls }),
});

function image(config: Entry, layers: readonly Entry[]): ImageTree {
  const document = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest };
  const manifest = manifestOf({ ...document, config: entry(config), layers: layers.map(entry) });
  return { manifest, children: [] };
}

function index(trees: readonly { tree: ImageTree; platform?: object; annotations?: object }[]): ImageTree {
  const manifests = trees.map(({ tree: { manifest }, ...rest }) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.byteLength,
    ...rest,
  }));
  const manifest = manifestOf({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests });
  if (manifest.kind !== 'index') throw new Error('no index');
  const children = manifest.manifests.flatMap((descriptor, i) => {
    const tree = trees[i]?.tree;
    return tree ? [{ descriptor, tree }] : [];
  });
  return { manifest, children };
}

const linux = (architecture: string) => ({ os: 'linux', architecture });
const amd64 = image({ name: 'config-amd64', size: 10 }, [
  { name: 'shared', size: 700 },
  { name: 'amd64', size: 200 },
]);
const arm64 = image({ name: 'config-arm64', size: 11 }, [
  { name: 'shared', size: 700 },
  { name: 'arm64', size: 300 },
]);
const proof = image({ name: 'config-proof', size: 5 }, [{ name: 'in-toto', size: 50 }]);
const whole = index([
  { tree: amd64, platform: linux('amd64') },
  { tree: arm64, platform: linux('arm64') },
  { tree: proof, platform: { os: 'unknown', architecture: 'unknown' } },
]);

describe('a plan', () => {
  test('lists every missing blob once, the largest first, attestations too', () => {
    const plan = planCopy(whole);
    expect(plan.blobs.map(({ sizeBytes }) => sizeBytes)).toEqual([700, 300, 200, 50, 11, 10, 5]);
    expect([plan.presentBytes, plan.missingBytes, plan.totalBytes]).toEqual([0, 1_276, 1_276]);
  });

  test('lists children before the index', () => {
    expect(planCopy(whole).manifests.map((manifest) => manifest.digest)).toEqual([
      amd64.manifest.digest,
      arm64.manifest.digest,
      proof.manifest.digest,
      whole.manifest.digest,
    ]);
    expect(planCopy(whole).rootDigest).toBe(whole.manifest.digest);
  });

  test('leaves out what the target has', () => {
    const plan = planCopy(whole, new Set([digest('shared'), digest('arm64'), arm64.manifest.digest]));
    expect(plan.blobs.map(({ sizeBytes }) => sizeBytes)).toEqual([200, 50, 11, 10, 5]);
    expect([plan.presentBytes, plan.missingBytes]).toEqual([1_000, 276]);
    expect(plan.manifests).not.toContain(arm64.manifest);
  });

  test('tells the size of each platform, not of attestations', () => {
    expect(planCopy(whole).platforms).toEqual([
      { platform: linux('amd64'), digest: amd64.manifest.digest, sizeBytes: 910 },
      { platform: linux('arm64'), digest: arm64.manifest.digest, sizeBytes: 1_011 },
    ]);
    expect(planCopy(amd64).platforms).toEqual([{ digest: amd64.manifest.digest, sizeBytes: 910 }]);
  });

  test('counts a child that is listed twice once', () => {
    const twice = index([
      { tree: amd64, platform: linux('amd64') },
      { tree: amd64, platform: linux('386') },
    ]);
    expect(manifestsOf(twice).length).toBe(2);
    expect(planCopy(twice).totalBytes).toBe(910);
  });

  test('adds up whatever is present, and never lists a digest twice', () => {
    const size = fc.integer({ min: 1, max: 1_000 });
    const blob = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), size });
    const trees = fc.array(fc.array(blob, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(trees, fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'k']), (images, have) => {
        const tree = index(images.map((layers) => ({ tree: image({ name: 'k', size: 3 }, layers) })));
        const plan = planCopy(tree, new Set(have.map(digest)));
        const digests = plan.blobs.map((missing) => missing.digest);
        expect(new Set(digests).size).toBe(digests.length);
        expect(digests.some((missing) => have.map(digest).includes(missing))).toBe(false);
        expect(plan.presentBytes + plan.missingBytes).toBe(plan.totalBytes);
        expect(plan.missingBytes).toBe(plan.blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      }),
    );
  });
});

describe('what Amazon ECR cannot store is refused before a byte moves', () => {
  const config = { name: 'config', size: 2 };
  test.each([
    ['an empty blob', [{ name: 'x', size: 0 }], { kind: 'empty blob', digest: digest('x') }],
    ['no layers', [], { kind: 'no layers' }],
    [
      'a foreign layer',
      [{ name: 'x', size: 1, urls: ['https://example.com/x'] }],
      { kind: 'foreign layer', digest: digest('x') },
    ],
    [
      'a media type with parameters',
      [{ name: 'x', size: 1, mediaType: 'application/x+json;version=0.2' }],
      { kind: 'media type with parameters', mediaType: 'application/x+json;version=0.2' },
    ],
  ])('%s', (_name, layers, refusal) => {
    const tree = image(config, layers);
    expect(planCopy(tree).refusals).toEqual([{ ...refusal, manifest: tree.manifest.digest }]);
    expect(planCopy(index([{ tree }])).refusals).toEqual([{ ...refusal, manifest: tree.manifest.digest }]);
  });

  test('a manifest above 4 MiB', () => {
    const bytes = new Uint8Array(4_194_305);
    const tree = { ...amd64, manifest: { ...amd64.manifest, bytes } };
    expect(planCopy(tree).refusals).toEqual([
      { kind: 'large manifest', sizeBytes: 4_194_305, manifest: amd64.manifest.digest },
    ]);
  });

  test('an index of nothing', () => {
    const tree = index([]);
    expect(planCopy(tree).refusals).toEqual([{ kind: 'empty index', manifest: tree.manifest.digest }]);
  });

  test('an index of blobs, as BuildKit’s cache was', () => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
    const blobs = ['x', 'y'].map((name) => ({ mediaType, digest: digest(name), sizeBytes: 9 }));
    const manifests = blobs.map(({ sizeBytes: size, ...rest }) => ({ ...rest, size }));
    const root = manifestOf({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests });
    const tree = { manifest: root, children: [], blobs };
    expect(planCopy(tree)).toMatchObject({
      blobs,
      totalBytes: 18,
      refusals: [{ kind: 'blob in index', digest: digest('x'), mediaType, manifest: root.digest }],
    });
  });

  test('platform.features', () => {
    const tree = index([{ tree: amd64, platform: { ...linux('amd64'), features: ['sse4'] } }]);
    expect(planCopy(tree).refusals).toEqual([{ kind: 'platform features', manifest: tree.manifest.digest }]);
  });

  test.each([
    ['base/nginx', ['base'], 'base'],
    ['base/nginx', ['base/'], 'base/'],
    ['base/team/nginx', ['base', 'base/team', 'other'], 'base/team'],
    ['basement/nginx', ['base'], undefined],
    ['base', ['base'], undefined],
    ['nginx', [], undefined],
    ['nginx', ['ROOT', 'base'], 'ROOT'],
    ['base/nginx', ['ROOT', 'base'], 'base'],
  ])('%s, where ECR pulls through to %j, by the rule %s', (repository, pullThroughPrefixes, prefix) => {
    const target = { repository, pullThroughPrefixes };
    expect(pullThroughOf(target)?.prefix).toBe(prefix);
    expect(planCopy(whole, new Set(), target).refusals).toEqual(
      prefix === undefined
        ? []
        : [{ kind: 'pull-through target', repository, prefix, manifest: whole.manifest.digest }],
    );
  });

  test('everything else is not refused', () => expect(planCopy(whole).refusals).toEqual([]));
});
