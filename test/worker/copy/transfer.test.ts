import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { reply } from '../registry/scripted-server.ts';
import { failureOf, SHORT } from '../registry/test-registry.ts';
import { streamBlob } from '../../../worker/copy/transfer.ts';
import { TRANSFERS } from './transfers.ts';
import {
  type Answer,
  BLOB,
  BYTES,
  LENGTH,
  blob,
  closeAll,
  methods,
  move,
  source,
  target,
} from './two-sides.ts';

afterEach(closeAll);

/** Where a timeout is what is waited for. */
const HASTY = { ...SHORT, idleMs: 60, commitMs: 60 };

describe.each(TRANSFERS)('a blob through %s', (_way, by) => {
  test('is one GET, one POST and one PUT with length and digest, the query of the upload untouched', async () => {
    const from = await source();
    const to = await target();
    const sent: number[] = [];
    await move(by, { from, to: to.server, onBytes: (bytes) => sent.push(bytes) });
    expect(from.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v2/a/b/blobs/${BLOB.digest}`,
    ]);
    expect(to.server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v2/c/d/blobs/uploads/',
      `PUT /upload/1?_state=a%2Fb%3D&x&digest=${BLOB.digest}`,
    ]);
    expect(to.server.seen[1]?.headers).toMatchObject({
      ...LENGTH,
      host: new URL(to.server.origin).host,
      'content-type': 'application/octet-stream',
    });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect([sent[0], sent.at(-1)]).toEqual([0, BYTES.length]);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  });

  test('of no bytes at all sends none', async () => {
    const empty = { mediaType: 'x', digest: digestOf(Buffer.alloc(0)), sizeBytes: 0 };
    const to = await target();
    await move(by, { from: await source(reply(200)), to: to.server, what: empty });
    expect(to.stored.get(empty.digest)?.length).toBe(0);
    const put = to.server.seen.find(({ method }) => method === 'PUT')?.headers;
    expect([put?.['content-length'], put?.['transfer-encoding']]).toEqual(['0', undefined]);
  });

  test('that comes in tiny pieces arrives whole', async () => {
    const small = BYTES.subarray(0, 20_000);
    const what = { mediaType: 'x', digest: digestOf(small), sizeBytes: small.length };
    const drip: Answer = async (_request, response) => {
      response.writeHead(200, { 'content-length': small.length });
      for (let at = 0; at < small.length; at += 997) {
        await new Promise<void>((written) => response.write(small.subarray(at, at + 997), () => written()));
      }
      response.end();
    };
    const to = await target();
    await move(by, { from: await source(drip), to: to.server, what });
    expect(to.stored.get(what.digest)?.equals(small)).toBe(true);
  });

  test('begins no upload before its first byte is there', async () => {
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const slow: Answer = async (_request, response) => {
      response.writeHead(200, LENGTH).flushHeaders();
      asked.resolve();
      await gate.promise;
      response.end(BYTES);
    };
    const to = await target();
    const work = move(by, { from: await source(slow), to: to.server });
    await asked.promise;
    // A round trip to the target and back: what was sent before it would have arrived.
    await fetch(to.server.origin, { method: 'HEAD' });
    expect(methods(to.server)).toEqual(['HEAD']);
    gate.resolve();
    await work;
    expect(methods(to.server)).toEqual(['HEAD', 'POST', 'PUT']);
  });

  test.each([
    ['one flipped at the end', 2_999_999],
    ['one flipped in the middle', 1_500_000],
  ])('never completes with bytes that are wrong: %s', async (_name, place) => {
    const flipped = Buffer.from(BYTES);
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    const to = await target();
    const from = await source((_request, response) => void response.writeHead(200, LENGTH).end(flipped));
    const error = await failureOf(move(by, { from, to: to.server }));
    expect(error).toMatchObject({ code: 'digest mismatch', operation: 'get blob', repository: 'a/b' });
    expect(to.stored.size).toBe(0);
    // Read a second time, in case the fault was on the way, and not a third.
    expect(methods(to.server).filter((method) => method === 'POST').length).toBe(2);
  });

  test.each([
    ['longer', Buffer.concat([BYTES, Buffer.from('x')])],
    ['shorter', BYTES.subarray(1)],
  ])('that the source announces as %s is not begun', async (_name, bytes) => {
    const to = await target();
    const from = await source((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect((await failureOf(move(by, { from, to: to.server }))).code).toBe('digest mismatch');
    expect(to.server.seen).toEqual([]);
  });

  test('that goes on after its size is cut off one byte later, and nothing of it is committed', async () => {
    const sent = { bytes: 0 };
    const wrong = Buffer.alloc(100_000, 'not the blob');
    const endless: Answer = (_request, response) => {
      // Chunked: no length tells before.
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        sent.bytes += wrong.length;
        response.write(wrong, () => setImmediate(more));
      };
      more();
    };
    const to = await target();
    const { socketTransfer } = await import('../../../worker/copy/socket-transfer.ts');
    // Without a length sockets of our own leave it to undici.
    for (const way of [by, socketTransfer].slice(by === streamBlob ? 0 : 1)) {
      sent.bytes = 0;
      const error = await failureOf(move(way, { from: await source(endless), to: to.server }));
      expect(error).toMatchObject({ code: 'digest mismatch', operation: 'get blob' });
      // Two tries, and what lies in sockets and buffers.
      expect(sent.bytes).toBeLessThan(2 * BYTES.length + 20_000_000);
    }
    expect(to.stored.size).toBe(0);
  });

  test('cut at the source is read again in a new upload', async () => {
    let turn = 0;
    const from = await source((request, response) => {
      turn += 1;
      if (turn > 1) return blob(request, response);
      response.writeHead(200, LENGTH).write(BYTES.subarray(0, 2_000_000), () => response.destroy());
    });
    const to = await target();
    await move(by, { from, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(
      ['POST', 'PUT', 'HEAD', 'POST', 'PUT'].slice(0, methods(to.server).length),
    );
    expect(turn).toBe(2);
  });

  test('may take longer than an answer, as long as the source goes on', async () => {
    const from = await source(async (_request, response) => {
      response.writeHead(200, LENGTH);
      // Longer in all than an answer may take to begin; no pause is a tenth of it, so that a
      // machine busy with something else does not make one too long.
      for (let at = 0; at < BYTES.length; at += 200_000) {
        await new Promise((paused) => setTimeout(paused, 180));
        response.write(BYTES.subarray(at, at + 200_000));
      }
      response.end();
    });
    const to = await target();
    const timeouts = { connectMs: 2_000, headersMs: 2_000, idleMs: 2_000, commitMs: 2_000 };
    await move(by, { from, to: to.server, targetOptions: { timeouts } });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });

  test('from a source that falls silent in the middle ends with a timeout', async () => {
    const from = await source((_request, response) => {
      response.writeHead(200, LENGTH).write(BYTES.subarray(0, 100_000));
    });
    const to = await target();
    const error = await failureOf(move(by, { from, to: to.server, sourceOptions: { timeouts: HASTY } }));
    expect(error).toMatchObject({ code: 'timeout', operation: 'get blob' });
  });

  test('to a target that never answers ends with a timeout', async () => {
    const to = await target({ put: (request) => void request.resume() });
    const error = await failureOf(
      move(by, { from: await source(), to: to.server, targetOptions: { timeouts: HASTY } }),
    );
    expect(error).toMatchObject({ code: 'timeout', operation: 'put blob' });
  });

  test('to a target that takes nothing waits no longer than it may, and closes the source', async () => {
    const closed = Promise.withResolvers<void>();
    const large = Buffer.alloc(40_000_000);
    const what = { mediaType: 'x', digest: digestOf(large), sizeBytes: large.length };
    const from = await source((request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.writeHead(200, { 'content-length': large.length }).end(large);
    });
    const to = await target({ put: () => {} });
    const error = await failureOf(
      move(by, { from, to: to.server, what, targetOptions: { timeouts: HASTY } }),
    );
    expect(error).toMatchObject({ code: 'timeout', operation: 'put blob' });
    await closed.promise;
  });
});
