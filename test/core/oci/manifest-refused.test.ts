import { describe, expect, test } from '@jest/globals';
import { MANIFEST_MAX_BYTES, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
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
