import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { blobsOf, isAttestation, parseManifest, readManifestJson } from '../../../core/oci/manifest.ts';
import { ACCEPT_MANIFESTS, isBlobType, isManifestType, MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { describePlatform } from '../../../core/oci/platform.ts';
import {
  bytesOf,
  child,
  config,
  digest,
  image,
  index,
  layer,
  parse,
  problemOf,
  without,
} from './manifest-documents.ts';

describe('the four types', () => {
  test.each([
    [MEDIA_TYPE.ociManifest, 'image', image],
    [MEDIA_TYPE.dockerManifest, 'image', image],
    [MEDIA_TYPE.ociIndex, 'index', index],
    [MEDIA_TYPE.dockerList, 'index', index],
  ])('%s is an %s', (mediaType, kind, document) => {
    expect(ACCEPT_MANIFESTS).toContain(mediaType);
    const said = { ...document, mediaType };
    expect(parse(said, mediaType)).toMatchObject({ kind, mediaType });
    expect(parse(said)).toMatchObject({ kind, mediaType });
    expect(parse(without(document, 'mediaType'), mediaType)).toMatchObject({ kind, mediaType });
  });

  test('bytes stay as received and the digest is theirs', () => {
    for (const text of [
      JSON.stringify(image, null, 3),
      `${JSON.stringify(image)}\n`,
      `\ufeff${JSON.stringify(image)}`,
    ]) {
      const bytes = bytesOf(text);
      const manifest = parseManifest(bytes);
      expect(manifest.bytes).toBe(bytes);
      expect(manifest.digest).toBe(digestOf(Buffer.from(text)));
    }
  });

  test('without any media type the fields tell', () => {
    expect(parse(without(image, 'mediaType')).mediaType).toBe(MEDIA_TYPE.ociManifest);
    expect(parse(without(index, 'mediaType')).mediaType).toBe(MEDIA_TYPE.ociIndex);
  });

  test.each([
    'application/json',
    'text/plain; charset=utf-8',
    'text/html',
    'application/octet-stream',
    'binary/octet-stream',
    '',
  ])('a header "%s" says nothing', (header) => {
    expect(parse(image, header).mediaType).toBe(MEDIA_TYPE.ociManifest);
    expect(parse(without(index, 'mediaType'), header).mediaType).toBe(MEDIA_TYPE.ociIndex);
  });

  test('a header that names another kind of document is no reason to doubt what names itself', () => {
    expect(parse(image, 'application/vnd.example+json').mediaType).toBe(MEDIA_TYPE.ociManifest);
  });

  test('a repeated key, a byte order mark and white space leave bytes and digest as they are', () => {
    const text = JSON.stringify(image).replace('"schemaVersion":2', '"schemaVersion":1,"schemaVersion":2');
    for (const bytes of [text, `\ufeff${text}`, `\r\n\t${text}\n\n`].map(bytesOf)) {
      const manifest = parseManifest(bytes);
      expect(manifest.bytes).toBe(bytes);
      expect(manifest.digest).toBe(digestOf(bytes));
      expect(readManifestJson(manifest.bytes)).toMatchObject({ schemaVersion: 2 });
    }
  });

  test('parameters and case of a header do not count', () => {
    const header = `${MEDIA_TYPE.ociIndex.toUpperCase()}; charset=utf-8`;
    expect(parse(without(index, 'mediaType'), header).mediaType).toBe(MEDIA_TYPE.ociIndex);
  });
});

describe('what is read', () => {
  test('descriptors keep type, digest, size and platform', () => {
    const platform = { os: 'linux', architecture: 'arm', variant: 'v7', 'os.version': '1', features: ['x'] };
    expect(parse({ ...index, manifests: [{ ...child, platform }] })).toMatchObject({
      manifests: [
        {
          mediaType: child.mediaType,
          digest: child.digest,
          sizeBytes: 500,
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        },
      ],
    });
  });

  test('version and features of the system are kept, and shown where they tell two apart', () => {
    const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.6414' };
    const manifest = parse({
      ...index,
      manifests: [
        { ...child, platform: windows },
        { ...child, platform: { ...windows, 'os.features': ['win32k'] } },
        { ...child, platform: { os: 'linux', architecture: 'arm64', variant: 'v8', 'os.version': '' } },
      ],
    });
    if (manifest.kind !== 'index') throw new Error('not an index');
    expect(manifest.manifests.map(({ platform }) => platform && describePlatform(platform))).toEqual([
      'windows/amd64 (10.0.17763.6414)',
      'windows/amd64 (10.0.17763.6414, win32k)',
      'linux/arm64/v8',
    ]);
  });

  test('a platform of nulls or of half its parts is none', () => {
    const platforms = [
      { os: null, architecture: null, variant: null },
      { os: 'linux' },
      {},
      { os: '', architecture: '' },
    ];
    const manifest = parse({ ...index, manifests: platforms.map((platform) => ({ ...child, platform })) });
    expect(manifest.kind === 'index' && manifest.manifests.map(({ platform }) => platform)).toEqual(
      platforms.map(() => undefined),
    );
  });

  test('platform.features is noticed, whatever it holds', () => {
    const entry = (platform: object) => ({
      ...child,
      platform: { os: 'linux', architecture: 'amd64', ...platform },
    });
    const manifest = parse({
      ...index,
      manifests: [entry({ features: ['sse4'] }), entry({ features: null }), entry({ 'os.features': ['x'] })],
    });
    expect(
      manifest.kind === 'index' && manifest.manifests.map(({ platformFeatures }) => platformFeatures),
    ).toEqual([true, true, undefined]);
  });

  test('an artifact says what it is by artifactType, else by its configuration', () => {
    const empty = {
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: digest('e'),
      size: 2,
      data: 'e30=',
    };
    const artifact = { ...image, config: empty, artifactType: 'application/spdx+json' };
    expect(parse(artifact)).toMatchObject({
      artifactType: 'application/spdx+json',
      config: { sizeBytes: 2 },
    });
    expect(parse(image)).toMatchObject({ artifactType: config.mediaType });
  });

  test('data beside a digest is not looked at', () => {
    const lying = { ...layer, data: 'bm90IHRoZSBsYXllcg==' };
    const manifest = parse({ ...image, layers: [lying] });
    expect(manifest.kind === 'image' && manifest.layers[0]).toEqual({
      mediaType: layer.mediaType,
      digest: layer.digest,
      sizeBytes: layer.size,
    });
  });

  test('attestations are told by their annotation or by the platform unknown/unknown', () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const manifest = parse({
      ...index,
      manifests: [
        child,
        { ...child, annotations },
        { ...child, platform: { os: 'unknown', architecture: 'unknown' } },
        { ...child, platform: { os: 'linux', architecture: 'unknown' } },
      ],
    });
    if (manifest.kind !== 'index') throw new Error('not an index');
    expect(manifest.manifests.map(isAttestation)).toEqual([false, true, true, false]);
  });

  test('blobs come once each, the configuration first', () => {
    const twice = parse({ ...image, layers: [layer, { ...layer, digest: digest('2') }, layer] });
    if (twice.kind !== 'image') throw new Error('not an image');
    expect(blobsOf(twice).map((blob) => blob.digest)).toEqual([digest('c'), digest('1'), digest('2')]);
  });

  test('foreign layers are marked, an empty list of addresses is not one', () => {
    const layers = [
      { ...layer, urls: ['https://example.com/layer'] },
      { ...layer, urls: [] },
    ];
    const manifest = parse({ ...image, layers });
    expect(manifest.kind === 'image' && manifest.layers.map((each) => each.foreign)).toEqual([
      true,
      undefined,
    ]);
  });

  test('empty lists, null fields and unknown fields are taken', () => {
    expect(problemOf({ ...image, layers: [] })).toBe('taken as image');
    expect(problemOf({ ...index, manifests: [] })).toBe('taken as index');
    expect(
      problemOf({ ...image, subject: child, artifactType: 'application/x', annotations: { a: 1 } }),
    ).toBe('taken as image');
    const nulls = { annotations: null, platform: null, urls: null };
    expect(problemOf({ ...index, manifests: [{ ...child, ...nulls }] })).toBe('taken as index');
  });
});

test.each([
  [MEDIA_TYPE.ociIndex, 'manifest'],
  [MEDIA_TYPE.dockerManifest, 'manifest'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', 'blob'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'blob'],
  ['application/vnd.buildkit.cacheconfig.v0', 'blob'],
  ['application/vnd.oci.image.config.v1+json', 'blob'],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'either'],
  ['application/vnd.oci.image.manifest.v2+json', 'either'],
  ['application/json', 'either'],
])('what an index lists as %s is known as %s', (type, kind) => {
  const known = isManifestType(type) ? 'manifest' : isBlobType(type) ? 'blob' : 'either';
  expect(known).toBe(kind);
});
