import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { failureOf, SHORT } from '../registry/test-registry.ts';
import { reply } from '../registry/scripted-server.ts';
import { TRANSFERS } from './transfers.ts';
import {
  type Answer,
  BLOB,
  BYTES,
  blob,
  closeAll,
  LENGTH,
  methods,
  move,
  source,
  target,
} from './two-sides.ts';

afterEach(closeAll);

const HALF = 1_400_000;
/** So many bytes of what was promised, then the end of the connection. */
const cutAfter =
  (bytes: number, from = 0): Answer =>
  (request, response) => {
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': String(BYTES.length - from),
      ...(from > 0 && { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` }),
    });
    response.write(BYTES.subarray(from, from + bytes), () => request.socket.end());
  };
const rangeOf = (request: IncomingMessage): number =>
  Number(/^bytes=([0-9]+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
const rest: Answer = (request, response) => {
  const from = rangeOf(request);
  const range = { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(BYTES.length - from), ...range });
  response.end(BYTES.subarray(from));
};
/** The first time one answer, from then on the other. */
function first(answer: Answer, then: Answer): Answer {
  let asked = 0;
  return (request: IncomingMessage, response: ServerResponse) => {
    asked += 1;
    return (asked === 1 ? answer : then)(request, response);
  };
}

describe.each(TRANSFERS)('a download that breaks, through %s,', (_way, by) => {
  test.each([
    ['by ending before the promised length', cutAfter(HALF)],
    [
      'by a reset',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, LENGTH);
        response.write(BYTES.subarray(0, HALF), () => response.socket?.resetAndDestroy());
      },
    ],
  ])('%s is asked for again from there, and the upload goes on', async (_name, broken) => {
    const from = await source(first(broken, rest));
    const to = await target();
    const progress: number[] = [];
    await move(by, { from, to: to.server, onBytes: (sent) => progress.push(sent) });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    // One upload: nothing was sent twice.
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
    expect(from.seen).toHaveLength(2);
    const asked = Number(/^bytes=([0-9]+)-$/.exec(from.seen[1]?.headers.range ?? '')?.[1]);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(HALF);
    expect(progress.at(-1)).toBe(BYTES.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test('by falling silent is given up after its time and gone on with', async () => {
    const silent: Answer = (_request, response) => {
      response.writeHead(200, LENGTH);
      response.write(BYTES.subarray(0, HALF));
    };
    const from = await source(first(silent, rest));
    const to = await target();
    await move(by, { from, to: to.server, sourceOptions: { timeouts: SHORT }, targetOptions: {} });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });

  test('again and again, with less than a megabyte between, is begun anew', async () => {
    let asked = 0;
    const from = await source((request, response) => {
      asked += 1;
      const at = rangeOf(request);
      return asked > 8 ? rest(request, response) : cutAfter(300_000, at)(request, response);
    });
    const to = await target();
    // The fifth break in a row ends the upload, and the next one has all the tries again.
    await move(by, { from, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server).filter((method) => method === 'PUT').length).toBe(2);
  });

  test('at a server that knows no Range passes over what it had, and splices nothing', async () => {
    const from = await source(first(cutAfter(HALF), blob));
    const to = await target();
    await move(by, { from, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });

  test.each([
    ['of another place', (at: number) => `bytes ${at + 1}-${BYTES.length - 1}/${BYTES.length}`],
    ['of another blob', (at: number) => `bytes ${at}-${BYTES.length - 1}/${BYTES.length + 1}`],
    ['that ends too soon', (at: number) => `bytes ${at}-${BYTES.length - 2}/${BYTES.length}`],
    ['without a range', () => undefined],
  ])('is never gone on with by a part %s', async (_name, range) => {
    let asked = 0;
    const from = await source((request, response) => {
      asked += 1;
      if (asked === 1) return cutAfter(HALF)(request, response);
      const at = rangeOf(request);
      if (at === 0) return blob(request, response);
      const said = range(at);
      response.writeHead(206, {
        'content-length': String(BYTES.length - at),
        ...(said !== undefined && { 'content-range': said }),
      });
      response.end(BYTES.subarray(at));
    });
    const to = await target();
    await move(by, { from, to: to.server });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    // The first upload was not finished with it: the whole was read again into another one.
    expect(to.stored.size).toBe(1);
    expect(methods(to.server).filter((method) => method === 'POST')).toHaveLength(2);
  });

  test('with other bytes after the break is found out, and nothing is committed', async () => {
    const other: Answer = (request, response) => {
      const at = rangeOf(request);
      const bytes = Buffer.from(BYTES);
      bytes[BYTES.length - 5] = (bytes[BYTES.length - 5] ?? 0) ^ 1;
      response.writeHead(at > 0 ? 206 : 200, {
        'content-length': String(BYTES.length - at),
        ...(at > 0 && { 'content-range': `bytes ${at}-${BYTES.length - 1}/${BYTES.length}` }),
      });
      response.end(bytes.subarray(at));
    };
    const from = await source(first(cutAfter(HALF), other));
    const to = await target();
    const error = await failureOf(move(by, { from, to: to.server }));
    expect(error.code).toBe('digest mismatch');
    expect(to.stored.size).toBe(0);
  });

  test('goes back to the registry, whose signed address had run out', async () => {
    let signatures = 0;
    let stored = 0;
    const storage = await source((request, response) => {
      stored += 1;
      if (stored === 1) return cutAfter(HALF)(request, response);
      const fresh = request.url === '/storage?signature=2';
      return fresh ? rest(request, response) : reply(403, '<Error>expired</Error>')(request, response);
    });
    const from = await source((_request, response) => {
      signatures += 1;
      const location = `${storage.origin}/storage?signature=${signatures}`;
      response.writeHead(307, { location, 'content-length': 0 }).end();
    });
    const to = await target();
    const host = new URL(storage.origin).host;
    await move(by, {
      from,
      to: to.server,
      sourceOptions: { settings: { blobHosts: [host], insecure: true } },
    });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
    // The Range went along through the redirect.
    expect(storage.seen[1]?.headers.range).toMatch(/^bytes=[1-9]/);
  });

  test.each([206, 204, 304])('is no answer where nothing was asked for in part: HTTP %i', async (status) => {
    const from = await source((_request, response) => {
      const body = status === 206;
      response.writeHead(status, body ? { 'content-length': String(BYTES.length) } : {});
      response.end(body ? BYTES : undefined);
    });
    const to = await target();
    await expect(failureOf(move(by, { from, to: to.server }))).resolves.toMatchObject({
      host: 'registry.test',
    });
    expect(to.stored.size).toBe(0);
  });

  test('that drips for longer than it may is silent, by the bytes it brings', async () => {
    const clock = { now: 0 };
    const dripping: Answer = (_request, response) => {
      response.writeHead(200, LENGTH);
      let at = 0;
      const drip = (): void => {
        if (response.destroyed || at >= BYTES.length) return;
        clock.now += 10_000;
        at += 1;
        response.write(BYTES.subarray(at - 1, at), () => setImmediate(drip));
      };
      drip();
    };
    const from = await source(first(dripping, rest));
    const to = await target();
    const slowest = { windowMs: 60_000, bytesPerSecond: 1_000 };
    const hand = { now: () => clock.now, random: () => 0.5, sleep: async () => {} };
    await move(by, {
      from,
      to: to.server,
      sourceOptions: { clock: hand },
      targetOptions: { clock: hand, timeouts: { ...SHORT, headersMs: 5_000, commitMs: 5_000, slowest } },
    });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(from.seen[1]?.headers.range).toMatch(/^bytes=[1-9]/);
  });

  test('and brings nothing for longer than an upload stays open is begun anew in another one', async () => {
    const hand = { time: 0 };
    let asked = 0;
    const from = await source((request, response) => {
      asked += 1;
      if (asked === 1) return cutAfter(HALF)(request, response);
      if (asked > 3) return rest(request, response);
      hand.time += 70_000;
      return reply(503)(request, response);
    });
    const to = await target();
    const sleep = async (ms: number): Promise<void> => {
      hand.time += ms;
    };
    const clock = { now: () => hand.time, random: () => 0.5, sleep };
    await move(by, { from, to: to.server, sourceOptions: { clock }, targetOptions: { clock } });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(to.server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
    expect(from.seen.at(-1)?.headers.range).toBeUndefined();
  });
});
