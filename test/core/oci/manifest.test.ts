import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../../../core/oci/digest.ts';
import {
  blobsOf,
  isAttestation,
  MANIFEST_MAX_BYTES,
  type Manifest,
  ManifestError,
  parseManifest,
  readManifestJson,
} from '../../../core/oci/manifest.ts';
import { ACCEPT_MANIFESTS, isBlobType, isManifestType, MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { describePlatform } from '../../../core/oci/platform.ts';

const digest = (fill: string) => `sha256:${fill.repeat(64)}`;
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('c'), size: 2 };
const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digest('1'),
  size: 1000,
};
const child = { mediaType: MEDIA_TYPE.ociManifest, digest: digest('d'), size: 500 };
const image = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [layer] };
const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [child] };
const without = (document: object, key: string) => ({ ...document, [key]: undefined });

const bytesOf = (document: unknown) =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
const parse = (document: unknown, contentType?: string): Manifest =>
  parseManifest(bytesOf(document), contentType);
function problemOf(document: unknown, contentType?: string): string {
  try {
    return `taken as ${parse(document, contentType).kind}`;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return error.problem;
  }
}

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

describe('what is refused', () => {
  const cases: (readonly [why: string, problem: string, document: unknown, contentType?: string])[] = [
    ['no bytes', 'not json', ''],
    ['a page', 'not json', '<html>sign in</html>'],
    ['half a document', 'not json', JSON.stringify(image).slice(0, -1)],
    ['a list', 'malformed', []],
    ['null', 'malformed', 'null'],
    ['a number', 'malformed', '7'],
    ['schema 1', 'schema 1', { schemaVersion: 1, name: 'x', fsLayers: [] }],
    [
      'signed schema 1',
      'schema 1',
      { schemaVersion: 1, name: 'x', tag: '1', fsLayers: [], history: [], signatures: [{ header: {} }] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['another schema', 'malformed', { ...image, schemaVersion: 3 }],
    ['no schema', 'malformed', without(image, 'schemaVersion')],
    ['image and index in one (CVE-2021-41190)', 'ambiguous', { ...image, manifests: [child] }],
    ['index with a configuration', 'ambiguous', { ...index, config }],
    ['sent as an index, says image', 'ambiguous', image, MEDIA_TYPE.ociIndex],
    ['sent as Docker, says OCI', 'ambiguous', image, MEDIA_TYPE.dockerManifest],
    ['says image, has children', 'malformed', { ...index, mediaType: MEDIA_TYPE.ociManifest }],
    ['sent as index, has layers', 'malformed', without(image, 'mediaType'), MEDIA_TYPE.ociIndex],
    ['no layers field', 'malformed', without(image, 'layers')],
    ['another type', 'unknown media type', { ...image, mediaType: 'application/vnd.example+json' }],
    [
      'sent as another type',
      'unknown media type',
      without(image, 'mediaType'),
      'application/vnd.example+json',
    ],
    ['sha512', 'malformed', { ...image, config: { ...config, digest: `sha512:${'a'.repeat(128)}` } }],
    ['a capital digest', 'malformed', { ...image, config: { ...config, digest: digest('C') } }],
    ['a short digest', 'malformed', { ...index, manifests: [{ ...child, digest: 'sha256:abc' }] }],
    ['a negative size', 'malformed', { ...image, layers: [{ ...layer, size: -1 }] }],
    ['half a byte', 'malformed', { ...image, layers: [{ ...layer, size: 0.5 }] }],
    ['a size beyond counting', 'malformed', { ...image, layers: [{ ...layer, size: 2 ** 53 }] }],
    ['a size in words', 'malformed', { ...image, layers: [{ ...layer, size: '1000' }] }],
    ['no size', 'malformed', { ...image, layers: [without(layer, 'size')] }],
    ['too many layers', 'malformed', { ...image, layers: Array(501).fill(layer) }],
    ['too many children', 'malformed', { ...index, manifests: Array(201).fill(child) }],
    ['a platform in one word', 'malformed', { ...index, manifests: [{ ...child, platform: 'linux/amd64' }] }],
  ];
  // Jest hands a callback to rows shorter than the function, so each gets its full length.
  test.each(
    cases.map(([why, problem, document, contentType]) => [why, problem, document, contentType] as const),
  )('%s', (_, problem, document, contentType) => {
    expect(problemOf(document, contentType)).toBe(problem);
  });

  test('schema 1 is told as what it is', () => {
    expect(() => parse({ schemaVersion: 1 })).toThrow(
      /schema 1.*Docker schema 1 has no digests of its layers/,
    );
  });

  test('sha512 is named as the reason', () => {
    const document = { ...image, config: { ...config, digest: `sha512:${'a'.repeat(128)}` } };
    expect(() => parse(document)).toThrow(/config\.digest: only sha256/);
  });

  test('more bytes than ECR takes, before they are read as JSON', () => {
    const room = MANIFEST_MAX_BYTES - JSON.stringify(image).length;
    expect(problemOf(`${JSON.stringify(image)}${' '.repeat(room)}`)).toBe('taken as image');
    expect(problemOf(`${JSON.stringify(image)}${' '.repeat(room + 1)}`)).toBe('too large');
    expect(problemOf('x'.repeat(MANIFEST_MAX_BYTES + 1))).toBe('too large');
  });

  test('bytes that are not UTF-8', () => {
    const bytes = bytesOf({ ...image, comment: 'X' });
    expect(problemOf(bytes.toString())).toBe('taken as image');
    bytes.writeUInt8(0xff, bytes.lastIndexOf('X'));
    expect(() => parseManifest(bytes)).toThrow(/not json/);
  });
});

describe('what is meant to hurt', () => {
  const nested = (open: string, close: string) => `${open.repeat(100_000)}1${close.repeat(100_000)}`;

  test.each([
    ['lists', nested('[', ']')],
    ['objects', nested('{"a":', '}')],
    ['lists in a field nobody reads', `{"schemaVersion":2,"x":${nested('[', ']')}}`],
    ['lists as a layer', `{"schemaVersion":2,"config":{},"layers":[${nested('[', ']')}]}`],
    [
      'objects as an annotation',
      JSON.stringify(index).replace('"size":500', `"size":500,"annotations":{"a":${nested('{"a":', '}')}}`),
    ],
  ])('a hundred thousand nested %s end in an answer', (_, text) => {
    expect(typeof problemOf(text)).toBe('string');
  });

  test('__proto__ keys change nothing', () => {
    const text = JSON.stringify(index)
      .replace('"manifests"', '"__proto__":{"config":1,"polluted":true},"manifests"')
      .replace('"size":500', '"size":500,"annotations":{"__proto__":{"polluted":true},"constructor":1}');
    const manifest = parse(text);
    expect(manifest.kind).toBe('index');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Reflect.get(manifest, 'polluted')).toBeUndefined();
  });

  test('a layer that hides its fields in __proto__ has none', () => {
    const hidden = `{"__proto__":${JSON.stringify(layer)}}`;
    expect(problemOf(JSON.stringify(image).replace(JSON.stringify(layer), hidden))).toBe('malformed');
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

test('whatever stands around and inside of it, the bytes of a manifest are those that came, and so is its digest', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const descriptor = fc.record({
    mediaType: text,
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    size: fc.nat(),
    annotations: fc.option(fc.dictionary(text, text)),
    data: fc.option(fc.base64String()),
  });
  const space = fc.stringMatching(/^[ \t\r\n]{0,4}$/);
  const document = fc.record({
    schemaVersion: fc.constant(2),
    mediaType: fc.constantFrom(MEDIA_TYPE.ociManifest, MEDIA_TYPE.dockerManifest),
    config: descriptor,
    layers: fc.array(descriptor, { maxLength: 4 }),
    'x-unknown': fc.jsonValue(),
  });
  fc.assert(
    fc.property(
      document,
      space,
      space,
      fc.nat({ max: 4 }),
      fc.boolean(),
      (value, before, after, indent, mark) => {
        const bytes = Buffer.from(
          `${mark ? '\ufeff' : ''}${before}${JSON.stringify(value, null, indent)}${after}`,
        );
        const copy = Buffer.from(bytes);
        const manifest = parseManifest(bytes, value.mediaType);
        expect(manifest.bytes).toBe(bytes);
        expect(copy.equals(bytes)).toBe(true);
        expect(manifest.digest).toBe(digestOf(copy));
        expect(manifest.kind === 'image' && manifest.layers.map((each) => each.digest)).toEqual(
          value.layers.map((each) => each.digest),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('any bytes, any JSON and any near miss end in a manifest or in a ManifestError', () => {
  const mostly = (usual: unknown, ...odd: readonly unknown[]) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, fc.constantFrom(...odd));
  const near = fc
    .record({
      schemaVersion: mostly(2, 1, '2'),
      mediaType: mostly(undefined, ...Object.values(MEDIA_TYPE), 'x', 7),
      config: mostly(config, undefined, null, {}),
      layers: mostly([layer], [], undefined, null, [null], {}),
      manifests: mostly(undefined, [child], [], [7]),
    })
    .map((document) => bytesOf(document));
  const json = fc.json().map((text) => Buffer.from(text));
  const header = fc.option(fc.constantFrom(...Object.values(MEDIA_TYPE), 'application/json', 'x', ';'), {
    nil: undefined,
  });
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(near, json, fc.uint8Array()), header, (bytes, contentType) => {
      try {
        const manifest = parseManifest(bytes, contentType);
        taken += 1;
        expect(manifest.digest).toBe(digestOf(bytes));
        expect(Object.values<string>(MEDIA_TYPE)).toContain(manifest.mediaType);
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError);
      }
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(50);
});
