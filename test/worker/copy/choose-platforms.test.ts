import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { formatPlatform, parsePlatform, type Platform, samePlatform } from '../../../core/oci/platform.ts';
import { choosePlatforms, type PlatformTree } from '../../../worker/copy/choose-platforms.ts';

const digest = (name: string) => digestOf(Buffer.from(name));
const child = (name: string, platform?: object, more: object = {}) => ({
  mediaType: MEDIA_TYPE.ociManifest,
  digest: digest(name),
  size: 500,
  ...(platform && { platform }),
  ...more,
});
const attestation = (name: string, of: string) =>
  child(
    name,
    { architecture: 'unknown', os: 'unknown' },
    {
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': digest(of),
      },
    },
  );
const linux = (architecture: string, variant?: string) => ({
  architecture,
  os: 'linux',
  ...(variant && { variant }),
});

const AMD64 = child('amd64', linux('amd64'));
const ARM64 = child('arm64', linux('arm64', 'v8'), { 'x-unknown': { kept: [1, null] } });
const ARM7 = child('arm7', linux('arm', 'v7'));
const ARM6 = child('arm6', linux('arm', 'v6'));
const LINUX = [
  AMD64,
  ARM64,
  ARM7,
  ARM6,
  attestation('amd64-att', 'amd64'),
  attestation('arm64-att', 'arm64'),
];

function index(manifests: readonly object[], mediaType: string = MEDIA_TYPE.ociIndex): Manifest {
  const document = { schemaVersion: 2, mediaType, manifests, annotations: { of: 'the whole' } };
  return parseManifest(Buffer.from(JSON.stringify(document, null, 2)), mediaType);
}

/** An index whose entries have nothing below them, but for the nested ones given by digest. */
function tree(manifest: Manifest, nested: readonly Manifest[] = []): PlatformTree {
  if (manifest.kind === 'image') return { manifest, children: [] };
  return {
    manifest,
    children: manifest.manifests.map((descriptor) => {
      const below = nested.find((each) => each.digest === descriptor.digest);
      return { descriptor, ...(below && { tree: tree(below, nested) }) };
    }),
  };
}

const platforms = (...texts: string[]): Platform[] =>
  texts.map((text) => {
    const platform = parsePlatform(text);
    if (!platform) throw new Error(text);
    return platform;
  });
const entriesOf = (manifest: Manifest): readonly { digest: string }[] =>
  JSON.parse(Buffer.from(manifest.bytes).toString('utf8')).manifests;

describe('of an index', () => {
  test('no platform is all of it', () => {
    const root = index(LINUX);
    expect(choosePlatforms(tree(root), [])).toEqual({ kind: 'whole', digest: root.digest });
  });

  test.each([
    ['linux/amd64', 'amd64'],
    ['linux/arm64', 'arm64'],
    ['linux/arm64/v8', 'arm64'],
    ['linux/aarch64', 'arm64'],
    ['linux/arm', 'arm7'],
    ['linux/arm/v6', 'arm6'],
    ['linux/arm/6', 'arm6'],
    ['LINUX/x86_64', 'amd64'],
  ])('%s is one child, with the digest it has', (text, name) => {
    expect(choosePlatforms(tree(index(LINUX)), platforms(text))).toEqual({
      kind: 'child',
      digest: digest(name),
    });
  });

  test.each([MEDIA_TYPE.ociIndex, MEDIA_TYPE.dockerList])(
    'several are a new %s of exactly their entries, in the old order, attestations with them',
    (mediaType) => {
      const choice = choosePlatforms(tree(index(LINUX, mediaType)), platforms('linux/arm64', 'linux/amd64'));
      if (choice.kind !== 'new index') throw new Error(choice.kind);
      const { manifest } = choice;
      const kept = [AMD64, ARM64, LINUX[4], LINUX[5]];
      expect(Buffer.from(manifest.bytes).toString('utf8')).toBe(
        JSON.stringify({ schemaVersion: 2, mediaType, manifests: kept }),
      );
      expect(manifest).toMatchObject({ kind: 'index', mediaType, digest: digestOf(manifest.bytes) });
    },
  );

  test('attestations of what is not chosen stay behind', () => {
    const choice = choosePlatforms(tree(index(LINUX)), platforms('linux/arm64', 'linux/arm/v6'));
    if (choice.kind !== 'new index') throw new Error(choice.kind);
    expect(entriesOf(choice.manifest).map((each) => each.digest)).toEqual(
      ['arm64', 'arm6', 'arm64-att'].map(digest),
    );
  });

  test('the same choice in another order or twice is the same bytes', () => {
    const one = choosePlatforms(tree(index(LINUX)), platforms('linux/arm64', 'linux/amd64'));
    const two = choosePlatforms(
      tree(index(LINUX)),
      platforms('linux/amd64', 'linux/arm64/v8', 'linux/amd64'),
    );
    expect(one).toEqual(two);
  });

  test('all of them is the index itself, with its digest', () => {
    const root = index(LINUX);
    const all = platforms('linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6');
    expect(choosePlatforms(tree(root), all)).toEqual({ kind: 'whole', digest: root.digest });
  });

  test('one platform of an index with only that is the child all the same', () => {
    expect(choosePlatforms(tree(index([AMD64])), platforms('linux/amd64'))).toEqual({
      kind: 'child',
      digest: AMD64.digest,
    });
  });

  test('several manifests of one platform (Windows) come as an index of those', () => {
    const windows = ['10.0.17763', '10.0.20348'].map((version) =>
      child(version, { architecture: 'amd64', os: 'windows', 'os.version': version }),
    );
    const choice = choosePlatforms(tree(index([AMD64, ...windows])), platforms('windows/amd64'));
    if (choice.kind !== 'new index') throw new Error(choice.kind);
    expect(entriesOf(choice.manifest)).toEqual(windows);
  });

  test.each(['linux/riscv64', 'linux/arm/v5', 'windows/amd64', 'unknown/unknown'])(
    '%s, which is not there, is told with what is there',
    (text) => {
      const choice = choosePlatforms(tree(index(LINUX)), platforms('linux/amd64', text));
      if (choice.kind !== 'no such platform') throw new Error(choice.kind);
      expect(formatPlatform(choice.wanted)).toBe(text);
      expect(choice.available.map(formatPlatform)).toEqual([
        'linux/amd64',
        'linux/arm64/v8',
        'linux/arm/v7',
        'linux/arm/v6',
      ]);
    },
  );

  test('written with a byte order mark it is chosen from like any other', () => {
    const { bytes, mediaType } = index(LINUX);
    const marked = parseManifest(Buffer.concat([Buffer.from('\ufeff'), bytes]), mediaType);
    expect(choosePlatforms(tree(marked), platforms('linux/amd64'))).toEqual({
      kind: 'child',
      digest: AMD64.digest,
    });
  });

  test('entries of a nested index are chosen like its own, and a new index is flat', () => {
    const inner = index([ARM64, attestation('arm64-att', 'arm64')]);
    const nested = { mediaType: MEDIA_TYPE.ociIndex, digest: inner.digest, size: inner.bytes.byteLength };
    const root = tree(index([AMD64, nested]), [inner]);
    expect(choosePlatforms(root, platforms('linux/arm64'))).toEqual({ kind: 'child', digest: ARM64.digest });
    const both = choosePlatforms(root, platforms('linux/amd64', 'linux/arm64'));
    if (both.kind !== 'new index') throw new Error(both.kind);
    expect(entriesOf(both.manifest).map((each) => each.digest)).toEqual(
      ['amd64', 'arm64', 'arm64-att'].map(digest),
    );
  });

  test('a manifest that serves two platforms is kept for the chosen one', () => {
    const twice = [child('same', linux('amd64')), child('same', linux('arm64')), ARM7];
    const choice = choosePlatforms(tree(index(twice)), platforms('linux/amd64', 'linux/arm/v7'));
    if (choice.kind !== 'new index') throw new Error(choice.kind);
    expect(entriesOf(choice.manifest)).toEqual([twice[0], ARM7]);
    expect(choosePlatforms(tree(index(twice)), platforms('linux/arm64'))).toMatchObject({ kind: 'child' });
  });
});

describe('of a single image', () => {
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digest('layer'),
    size: 5,
  };
  const document = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config: layer, layers: [layer] };
  const image = parseManifest(Buffer.from(JSON.stringify(document)));

  test('the platform its configuration names is the image', () => {
    const own = { os: 'linux', architecture: 'arm64' };
    const choice = choosePlatforms(tree(image), platforms('linux/arm64/v8'), own);
    expect(choice).toEqual({ kind: 'whole', digest: image.digest });
  });

  test('another one is told with the one it has', () => {
    const own = { os: 'linux', architecture: 'amd64' };
    const choice = choosePlatforms(tree(image), platforms('linux/amd64', 'linux/arm64'), own);
    expect(choice).toEqual({
      kind: 'no such platform',
      wanted: { os: 'linux', architecture: 'arm64' },
      available: [own],
    });
  });

  test('none is known where the configuration names none', () => {
    const choice = choosePlatforms(tree(image), platforms('linux/amd64'));
    expect(choice).toMatchObject({ kind: 'no such platform', available: [] });
  });
});

describe('platforms', () => {
  test.each(['', 'linux', 'linux/', '/amd64', 'linux/amd64/v1/x', 'linux amd64', 'linux/*'])(
    '%j is none',
    (text) => {
      expect(parsePlatform(text)).toBeUndefined();
    },
  );

  test.each([
    ['linux/amd64', 'linux/amd64/v1', true],
    ['linux/amd64', 'linux/amd64/v3', false],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64', 'linux/arm64/v9', false],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm', 'linux/arm/v6', false],
    ['linux/386', 'linux/i386', true],
    ['linux/armel', 'linux/arm/v6', true],
    ['darwin/arm64', 'macos/arm64', true],
    ['linux/amd64', 'windows/amd64', false],
  ])('%s and %s: the same is %s', (a, b, same) => {
    const [first, second] = platforms(a, b);
    if (!first || !second) throw new Error('none');
    expect(samePlatform(first, second)).toBe(same);
  });
});
