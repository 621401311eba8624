import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { parseDigest } from '../../../core/oci/digest.ts';
import {
  familiarReference,
  formatReference,
  parseReference,
  type Reference,
} from '../../../core/oci/reference.ts';

const part = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}$/);
const host = fc.oneof(
  fc.constantFrom('docker.io', 'localhost', 'ghcr.io', 'registry:5000', '[::1]:5000', '10.0.0.1:80'),
  fc.domain().map((name) => name.toLowerCase()),
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,40}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => parseDigest(`sha256:${hex}`));
const reference: fc.Arbitrary<Reference> = fc
  .record({
    registry: host,
    path: fc.array(part, { minLength: 1, maxLength: 4 }),
    named: fc.oneof(fc.record({ tag }), fc.record({ digest }), fc.record({ tag, digest })),
  })
  .map(({ registry, path, named }) => {
    const repository = registry === 'docker.io' && path.length === 1 ? `library/${path[0]}` : path.join('/');
    return { registry, repository, ...named };
  });

/** Text that comes close: pieces that matter to the grammar, in any order. */
const nearly = fc
  .array(
    fc.oneof(
      part,
      host,
      digest,
      fc.constantFrom('/', ':', '@', '.', '..', '_', 'A', ' ', '://', '[', ']', 'sha256:', 'é', '\u0000'),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));
const anyText = fc.oneof(nearly, fc.string({ unit: 'binary' }), fc.string());

test('what is formatted is parsed to the same, in full and in short', () => {
  fc.assert(
    fc.property(reference, (value) => {
      for (const text of [formatReference(value), familiarReference(value)]) {
        expect(parseReference(text)).toEqual({ ok: true, reference: value });
      }
    }),
    { numRuns: 2000 },
  );
});

test('any text is answered, never thrown at; what is taken can be formatted and parsed again', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parseReference(text);
      if (!result.ok) return;
      const full = formatReference(result.reference);
      expect(parseReference(full)).toEqual(result);
    }),
    { numRuns: 5000 },
  );
});

test('a problem lies inside the text, and a suggestion is another text that is taken', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parseReference(text);
      if (result.ok) return;
      const { at, suggestion } = result.problem;
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(text.length);
      if (suggestion === undefined) return;
      expect(suggestion).not.toBe(text);
      expect(parseReference(suggestion).ok).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['schemes', 'a://'],
  ['hyphens', 'a-'],
  ['dots', 'a.'],
  ['slashes', 'a/'],
  ['underscores', 'a__'],
  ['spaces', ' '],
  ['at signs', 'a@'],
  ['capitals', 'A'],
])('a hundred thousand %s are answered quickly', (_, piece) => {
  const before = performance.now();
  expect(parseReference(piece.repeat(100_000)).ok).toBe(false);
  expect(performance.now() - before).toBeLessThan(500);
});
