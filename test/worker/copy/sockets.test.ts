import { afterEach, describe, expect, test } from '@jest/globals';
import { socketTransfer } from '../../../worker/copy/socket-transfer.ts';
import { openTestRegistry } from '../registry/test-registry.ts';
import { BLOB, BYTES, blob, closeAll, kept, methods, move, rawServer, source, target } from './two-sides.ts';

afterEach(closeAll);

describe('the sockets', () => {
  test('are used again for the next blob', async () => {
    const from = await source();
    const to = await target();
    const repositories = {
      source: kept(openTestRegistry(from.origin)).repository('a/b'),
      target: kept(openTestRegistry(to.server.origin)).repository('c/d'),
    };
    const signal = new AbortController().signal;
    for (let n = 0; n < 5; n += 1) {
      await socketTransfer({ ...repositories, blob: BLOB, onBytes: () => {}, signal });
    }
    expect(methods(from)).toEqual(Array(5).fill('GET'));
    // POST and PUT follow each other over the same one.
    expect([from.connections, to.server.connections]).toEqual([1, 1]);
  });

  test('closed by the source between two blobs are opened again, without another attempt', async () => {
    const from = await source((request, response) => {
      blob(request, response);
      response.once('close', () => request.socket.destroy());
    });
    const to = await target();
    const repositories = {
      source: kept(openTestRegistry(from.origin)).repository('a/b'),
      target: kept(openTestRegistry(to.server.origin)).repository('c/d'),
    };
    const signal = new AbortController().signal;
    for (let n = 0; n < 3; n += 1) {
      await socketTransfer({ ...repositories, blob: BLOB, onBytes: () => {}, signal });
    }
    expect(methods(to.server)).toEqual(['POST', 'PUT', 'POST', 'PUT', 'POST', 'PUT']);
  });

  test.each([
    ['a chunked answer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', true],
    ['an answer up to the end of the connection', 'HTTP/1.1 200 OK\r\n\r\n', false],
    ['HTTP/1.0', `HTTP/1.0 200 OK\r\ncontent-length: ${BYTES.length}\r\n\r\n`, false],
  ])('leave %s to undici, before a byte is sent', async (_name, head, chunked) => {
    const size = BYTES.length.toString(16);
    const body = chunked ? [`${size}\r\n`, BYTES, '\r\n0\r\n\r\n'] : [BYTES];
    const raw = await rawServer([head, ...body]);
    const to = await target();
    await move(socketTransfer, { from: raw, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
    expect(raw.requests()).toBe(2);
  });

  test.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 3000000\r\n'],
    ['a length and chunks', 'content-length: 3000000\r\ntransfer-encoding: chunked\r\n'],
    ['a signed length', 'content-length: +3000000\r\n'],
    ['a folded header', 'content-length: 3000000\r\n x: y\r\n'],
    ['headers without an end', `x: ${'y'.repeat(40_000)}`],
  ])('read no answer with %s', async (_name, headers) => {
    const raw = await rawServer([`HTTP/1.1 200 OK\r\n${headers}\r\n`, BYTES]);
    const to = await target();
    const work = move(async (job) => void (await job.source.pipe?.open(job.blob, { signal: job.signal })), {
      from: raw,
      to: to.server,
    });
    await expect(work).rejects.toMatchObject({ name: 'NotForPipe' });
    expect(to.server.seen).toEqual([]);
  });

  test('read over an interim answer', async () => {
    const raw = await rawServer([
      'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
      `HTTP/1.1 200 OK\r\ncontent-length: ${BYTES.length}\r\n\r\n`,
      BYTES,
    ]);
    const to = await target();
    await move(socketTransfer, { from: raw, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(raw.requests()).toBe(1);
  });
});
