import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf, parseDigest } from '../../../core/oci/digest.ts';
import { errorBody, inTurn, reply } from '../registry/scripted-server.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';
import { TRANSFERS } from './transfers.ts';
import {
  type Answer,
  BLOB,
  BYTES,
  blob,
  closeAll,
  kept,
  methods,
  move,
  source,
  target,
} from './two-sides.ts';

afterEach(closeAll);

const MB = 1024 * 1024;
/** Bytes that are made while they are sent, and never held. */
function generated(sizeBytes: number) {
  const piece = BYTES.subarray(0, 256 * 1024);
  const pieces = function* (): Generator<Buffer> {
    for (let left = sizeBytes; left > 0; left -= piece.length)
      yield piece.subarray(0, Math.min(left, piece.length));
  };
  const hash = createHash('sha256');
  for (const each of pieces()) hash.update(each);
  const answer: Answer = async (_request, response) => {
    response.writeHead(200, { 'content-length': String(sizeBytes) });
    for (const each of pieces()) {
      if (!response.write(each)) await new Promise((drained) => response.once('drain', drained));
    }
    response.end();
  };
  return { answer, blob: { mediaType: 'x', digest: parseDigest(`sha256:${hash.digest('hex')}`), sizeBytes } };
}

describe.each(TRANSFERS)('a blob through %s', (_way, by) => {
  test.each([1, 65_535, 65_536, MB, MB + 1, 5 * MB - 1])('of %i bytes arrives whole', async (size) => {
    const made = generated(size);
    const to = await target();
    await move(by, { from: await source(made.answer), to: to.server, what: made.blob });
    const stored = to.stored.get(made.blob.digest) ?? Buffer.of();
    expect([stored.length, digestOf(stored)]).toEqual([size, made.blob.digest]);
  });

  test('of 256 MiB passes through in a few of them, and nothing is written to disk', async () => {
    const made = generated(256 * MB);
    let most = 0;
    const to = await target({
      put: async (request, response) => {
        let bytes = 0;
        for await (const piece of request) {
          bytes += piece.length;
          most = Math.max(most, process.memoryUsage().rss);
        }
        return reply(bytes === made.blob.sizeBytes ? 201 : 400)(request, response);
      },
    });
    const before = process.memoryUsage().rss;
    const blocks = process.resourceUsage().fsWrite;
    await move(by, { from: await source(made.answer), to: to.server, what: made.blob });
    // Both servers live in this process too.
    expect(most - before).toBeLessThan(120 * MB);
    // Blocks of 512 bytes that this process made the file systems write (getrusage(2), ru_oublock).
    expect((process.resourceUsage().fsWrite - blocks) * 512).toBeLessThan(made.blob.sizeBytes / 16);
  });

  test('to a target that takes its time is held back at the source', async () => {
    const made = generated(64 * MB);
    const go = Promise.withResolvers<void>();
    let sent = 0;
    const from = await source(async (_request, response) => {
      response.writeHead(200, { 'content-length': String(made.blob.sizeBytes) });
      for (let left = made.blob.sizeBytes; left > 0; left -= MB) {
        sent += MB;
        if (!response.write(Buffer.alloc(MB))) {
          // Nothing is taken: what lies between the two is full.
          if (sent > 4 * MB) go.resolve();
          await new Promise((drained) => response.once('drain', drained));
        }
      }
      response.end();
    });
    const to = await target({
      put: async (request, response) => {
        await go.promise;
        const held = sent;
        request.resume();
        await new Promise((ended) => request.once('end', ended).once('error', ended));
        return reply(held < made.blob.sizeBytes / 2 ? 201 : 500)(request, response);
      },
    });
    const zeros = { ...made.blob, digest: digestOf(Buffer.alloc(64 * MB)) };
    await move(by, { from, to: to.server, what: zeros });
    expect(sent).toBe(made.blob.sizeBytes);
  });

  test.each([
    ['416', reply(416, errorBody('BLOB_UPLOAD_INVALID', 'first byte 0 instead of 5'))],
    ['404 BLOB_UPLOAD_UNKNOWN', reply(404, errorBody('BLOB_UPLOAD_UNKNOWN', 'upload not found'))],
    ['400 DIGEST_INVALID', reply(400, errorBody('DIGEST_INVALID', 'digest did not match'))],
  ])(
    'whose upload is lost, %s, is sent anew from its first byte into another upload',
    async (_name, refusal) => {
      const to = await target({
        put: inTurn(
          (request, response) => {
            request.resume();
            request.once('end', () => refusal(request, response));
          },
          (request, response) => to.take(request, response),
        ),
        post: inTurn(reply(202, '', { location: '/upload/1' }), reply(202, '', { location: '/upload/2' })),
      });
      await move(by, { from: await source(), to: to.server });
      expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
      expect(methods(to.server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
      expect(
        to.server.seen.find(({ url }) => url.startsWith('/upload/2'))?.headers['content-range'],
      ).toBeUndefined();
    },
  );

  test('that a proxy finds too large is not sent again, and the text is short and readable', async () => {
    const page = `<html><head><title>413</title></head><body>${'Request Entity Too Large '.repeat(100)}</body></html>`;
    const to = await target({
      put: (request, response) => {
        request.resume();
        request.once('end', () => reply(413, page, { 'content-type': 'text/html' })(request, response));
      },
    });
    const error = await failureOf(move(by, { from: await source(), to: to.server }));
    expect(error).toMatchObject({ code: 'too large', status: 413, retryable: false });
    expect(error.detail.length).toBeLessThanOrEqual(300);
    expect(error.detail).not.toMatch(/<html/);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });
});

test.each([400, 403, 405])(
  'whether a registry has a blob is not known from HTTP %i: it is sent',
  async (status) => {
    const server = kept(await source(reply(status)));
    const repository = kept(openTestRegistry(server.origin)).repository('c/d');
    await expect(repository.headBlob(BLOB)).resolves.toBe(false);
  },
);

test('a blob that the target has is not read from the source at all', async () => {
  const from = await source(blob);
  const to = kept(await source(reply(200, '', { 'content-length': String(BLOB.sizeBytes) })));
  const repository = kept(openTestRegistry(to.origin)).repository('c/d');
  await expect(repository.headBlob(BLOB)).resolves.toBe(true);
  expect(from.seen).toEqual([]);
});
