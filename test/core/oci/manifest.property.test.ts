import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import { ManifestError, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { bytesOf, child, config, layer } from './manifest-documents.ts';

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
  const both = { schemaVersion: fc.constant(2), 'x-unknown': fc.jsonValue() };
  const image = fc.record({
    ...both,
    mediaType: fc.constantFrom(MEDIA_TYPE.ociManifest, MEDIA_TYPE.dockerManifest),
    config: descriptor,
    layers: fc.array(descriptor, { maxLength: 4 }),
  });
  const index = fc.record({
    ...both,
    mediaType: fc.constantFrom(MEDIA_TYPE.ociIndex, MEDIA_TYPE.dockerList),
    manifests: fc.array(descriptor, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(
      fc.oneof(image, index),
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
        const listed = manifest.kind === 'image' ? manifest.layers : manifest.manifests;
        const written = 'layers' in value ? value.layers : value.manifests;
        expect(listed.map((each) => each.digest)).toEqual(written.map((each) => each.digest));
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
