import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import { measureStoredGzip, storedGzip } from '../../../local/upstream/stored-gzip.ts';
import { tarOf } from '../../../local/upstream/tar.ts';

const source = (sizes: readonly number[]) =>
  tarOf(
    [
      ...sizes.map((sizeBytes, i) => ({ path: `usr/lib/${i}`, sizeBytes })),
      { path: 'etc/motd', text: 'größer als ASCII\n' },
    ],
    'seed',
    new Date('2024-01-02T03:04:05Z'),
  );

test('any range of the gzip and of the tar is the slice of the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(140_000), { maxLength: 3 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (sizes, a, b) => {
        const tar = source(sizes);
        for (const each of [tar, storedGzip(tar, measureStoredGzip(tar).checksum)]) {
          const whole = each.read(0, each.sizeBytes);
          expect(whole.length).toBe(each.sizeBytes);
          const [start = 0, end = 0] = [a, b]
            .map((x) => Math.floor(x * each.sizeBytes))
            .sort((x, y) => x - y);
          expect(each.read(start, end).equals(whole.subarray(start, end))).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('zlib, which checks the CRC, finds the tar inside; the measured digests are right', () => {
  for (const sizes of [[], [65_535], [200_000, 1]]) {
    const tar = source(sizes);
    const measured = measureStoredGzip(tar);
    const bytes = storedGzip(tar, measured.checksum).read(0, storedGzip(tar, 0).sizeBytes);
    expect(gunzipSync(bytes).equals(tar.read(0, tar.sizeBytes))).toBe(true);
    expect(measured.digest).toBe(digestOf(bytes));
    expect(measured.contentDigest).toBe(digestOf(tar.read(0, tar.sizeBytes)));
  }
});

test('content is a function of the seed and does not repeat', () => {
  const bytes = source([100_000]).read(512, 100_512);
  expect(source([100_000]).read(512, 100_512).equals(bytes)).toBe(true);
  expect(bytes.subarray(0, 65_536).includes(bytes.subarray(70_000, 70_064))).toBe(false);
});
