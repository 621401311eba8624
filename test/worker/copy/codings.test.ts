import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { socketTransfer } from '../../../worker/copy/socket-transfer.ts';
import { type BlobTransfer, streamBlob } from '../../../worker/copy/transfer.ts';
import { failureOf } from '../registry/test-registry.ts';
import { TRANSFERS } from './transfers.ts';
import { type Answer, BYTES, closeAll, methods, move, source, target } from './two-sides.ts';

afterEach(closeAll);

/** As a proxy answers that compresses whatever it is asked for. */
const coded =
  (packed: Buffer, coding: string, measured = true): Answer =>
  (_request, response) => {
    const length = measured ? { 'content-length': String(packed.length) } : {};
    response.writeHead(200, { 'content-encoding': coding, ...length }).end(packed);
  };

/** Sockets of our own leave decoding to undici. */
const WAYS: readonly (readonly [string, BlobTransfer])[] = [
  ['undici', streamBlob],
  ['sockets, then undici', socketTransfer],
];

describe.each(WAYS)('a blob that a proxy has compressed, through %s,', (_way, by) => {
  test.each([
    ['gzip', gzipSync(BYTES, { level: 1 }), true],
    ['x-gzip', gzipSync(BYTES, { level: 1 }), false],
    ['br', brotliCompressSync(BYTES.subarray(0, 50_000)), true],
    ['zstd', zstdCompressSync(BYTES), true],
  ])('arrives as what its digest is of: %s', async (coding, packed, measured) => {
    const bytes = coding === 'br' ? BYTES.subarray(0, 50_000) : BYTES;
    const what = { mediaType: 'x', digest: digestOf(bytes), sizeBytes: bytes.length };
    const from = await source((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      return coded(packed, coding, measured)(request, response);
    });
    const to = await target();
    await move(by, { from, to: to.server, what });
    expect(to.stored.get(what.digest)?.equals(bytes)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });

  test.each([
    ['other bytes', gzipSync(Buffer.alloc(BYTES.length)), 'gzip', 'digest mismatch'],
    ['many more of them', gzipSync(Buffer.alloc(50_000_000)), 'gzip', 'digest mismatch'],
    ['a coding that nobody knows', Buffer.from('x'), 'rot13', 'protocol'],
  ])('is an error where it holds %s, and nothing is stored', async (_name, packed, coding, code) => {
    const to = await target();
    const work = move(by, { from: await source(coded(packed, coding)), to: to.server });
    expect(await failureOf(work)).toMatchObject({ code, host: 'registry.test', operation: 'get blob' });
    expect(to.stored.size).toBe(0);
  });
});

describe.each(TRANSFERS)('through %s', (_way, by) => {
  test('a blob that is a gzip itself and is called one by its store is left as it is', async () => {
    const packed = gzipSync(BYTES);
    const what = { mediaType: 'x', digest: digestOf(packed), sizeBytes: packed.length };
    const to = await target();
    await move(by, { from: await source(coded(packed, 'gzip')), to: to.server, what });
    expect(to.stored.get(what.digest)?.equals(packed)).toBe(true);
  });
});
