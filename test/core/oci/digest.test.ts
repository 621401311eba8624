import { expect, test } from '@jest/globals';
import { digestOf, digestPrefix, isDigest, parseDigest, shortDigest } from '../../../core/oci/digest.ts';

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const hex = EMPTY.slice('sha256:'.length);

test('the digest of no bytes is the well-known one', () => {
  expect(digestOf(new Uint8Array())).toBe(EMPTY);
  expect(digestOf(Buffer.from('x'))).not.toBe(EMPTY);
});

test.each([
  `SHA256:${hex}`,
  `sha256:${hex.toUpperCase()}`,
  `sha256:${hex.slice(1)}`,
  `sha256:${hex}0`,
  `sha256:${hex}\n`,
  `sha512:${hex}${hex}`,
  `md5:${hex.slice(32)}`,
  `sha256-${hex}`,
  hex,
  '',
])('%j is no digest', (text) => {
  expect(isDigest(text)).toBe(false);
  expect(() => parseDigest(text)).toThrow(RangeError);
});

test('people see the beginning and the end, tags the first twelve', () => {
  expect(shortDigest(parseDigest(EMPTY))).toBe('sha256:e3b0…b855');
  expect(digestPrefix(parseDigest(EMPTY))).toBe('e3b0c44298fc');
});
