import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import type { RateLimit } from '../../../worker/registry/rate-limit.ts';
import { errorBody, inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { CLOCK_START, failureOf, handClock, openTestRegistry, SHORT } from './test-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

const BYTES = Buffer.from('{"config":true}');
const BLOB = { mediaType: 'application/json', digest: digestOf(BYTES), sizeBytes: BYTES.length };
const blob = reply(200, BYTES.toString());
const secret = headerAuthorization(async () => 'Basic c2VjcmV0');
const getBlob = (server: ScriptedServer, options: Parameters<typeof openTestRegistry>[1] = {}) =>
  kept(openTestRegistry(server.origin, { authorization: secret, ...options }))
    .repository('a/b')
    .getBlobBytes(BLOB, 1_000);

describe('redirects of a blob', () => {
  test('are followed, and the credential stays with the registry', async () => {
    const cdn = kept(await serveScript(blob));
    const server = kept(await serveScript(reply(307, '', { location: `${cdn.origin}/x?signature=1%2F2` })));
    const bytes = await getBlob(server, { settings: { blobHosts: [`127.0.0.1:${cdn.port}`] } });
    expect(bytes).toEqual(BYTES);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Basic c2VjcmV0']);
    expect(cdn.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/x?signature=1%2F2', undefined],
    ]);
  });

  test('keep the credential on the same origin, and do not bring it back to it', async () => {
    const cdn = kept(await serveScript((request, response) => back(request, response)));
    const server: ScriptedServer = kept(
      await serveScript(
        inTurn(reply(302, '', { location: '/one' }), reply(302, '', { location: `${cdn.origin}/two` }), blob),
      ),
    );
    const back = reply(302, '', { location: `${server.origin}/three` });
    await getBlob(server, { settings: { blobHosts: [`127.0.0.1:${cdn.port}`] } });
    expect(server.seen.map(({ url, headers }) => [url.slice(0, 6), headers.authorization])).toEqual([
      ['/v2/a/', 'Basic c2VjcmV0'],
      ['/one', 'Basic c2VjcmV0'],
      ['/three', undefined],
    ]);
  });

  test.each([
    ['a private host that is not listed', (canary: string) => `${canary}/x`],
    ['a file', () => 'file:///etc/passwd'],
    ['plain HTTP elsewhere', () => 'http://example.com/x'],
    ['a user name', () => 'https://ann:pw@example.com/x'],
    ['the cloud metadata address', () => 'https://169.254.169.254/latest/meta-data'],
    ['another port', () => 'https://example.com:8443/x'],
  ])('to %s are refused', async (_name, location) => {
    const canary = kept(await serveScript(blob));
    const server = kept(await serveScript(reply(307, '', { location: location(canary.origin) })));
    const error = await failureOf(getBlob(server));
    expect(error.code).toBe('refused address');
    expect(canary.connections).toBe(0);
    expect(server.seen.length).toBe(1);
  });

  test.each([
    ['without a Location', {}],
    ['with an unreadable Location', { location: 'http://[' }],
    ['in a circle', { location: '/again' }],
  ])('%s end', async (_name, headers) => {
    const server = kept(await serveScript(reply(307, '', headers)));
    expect((await failureOf(getBlob(server))).code).toBe('protocol');
    expect(server.seen.length).toBeLessThanOrEqual(6);
  });
});

describe('a request that fails', () => {
  const cut: Parameters<typeof inTurn>[0] = (request) => {
    request.socket.destroy();
  };

  test('is repeated with growing, jittered waits until it succeeds', async () => {
    const clock = handClock();
    const server = kept(await serveScript(inTurn(cut, reply(503), reply(500, '<html>oops</html>'), blob)));
    await getBlob(server, { clock });
    expect(clock.slept).toEqual([250, 500, 1_000]);
  });

  test('is given up after four tries, with the last reason', async () => {
    const server = kept(await serveScript(reply(502, '<html><h1>Bad gateway</h1></html>')));
    const error = await failureOf(getBlob(server));
    expect(server.seen.length).toBe(4);
    expect([error.code, error.status, error.detail]).toEqual(['server', 502, 'Bad gateway']);
  });

  test.each([
    [400, errorBody('X', 'y'), 'protocol'],
    [403, errorBody('DENIED', 'no'), 'denied'],
    [404, errorBody('BLOB_UNKNOWN', 'gone'), 'not found'],
    [404, errorBody('NAME_UNKNOWN', 'no repository'), 'repository unknown'],
  ])('with %s %s is not repeated', async (status, body, code) => {
    const server = kept(await serveScript(reply(status, body)));
    expect((await failureOf(getBlob(server))).code).toBe(code);
    expect(server.seen.length).toBe(1);
  });

  test('by silence ends after the time allowed', async () => {
    const server = kept(await serveScript(() => {}));
    const error = await failureOf(getBlob(server, { timeouts: { ...SHORT, headersMs: 100 } }));
    expect([error.code, error.retryable]).toEqual(['timeout', true]);
  });

  test('in the middle of the body is repeated as a whole', async () => {
    const half: Parameters<typeof inTurn>[0] = (_request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 5), () => response.destroy());
    };
    const server = kept(await serveScript(inTurn(half, blob)));
    expect(await getBlob(server)).toEqual(BYTES);
    expect(server.seen.length).toBe(2);
  });

  test('at a port where nobody listens is told as unreachable', async () => {
    const server = await serveScript(blob);
    await server.close();
    expect((await failureOf(getBlob(server))).code).toBe('unreachable');
  });
});

describe('a limit', () => {
  const limited = (headers: Record<string, string>) =>
    reply(429, 'You have reached your pull rate limit.', headers);

  test.each([
    ['seconds', '3', 3_000],
    ['a date', new Date(CLOCK_START + 5_000).toUTCString(), 5_000],
  ])('with a short Retry-After as %s is waited for', async (_name, retryAfter, waitMs) => {
    const clock = handClock();
    const server = kept(await serveScript(inTurn(limited({ 'retry-after': retryAfter }), blob)));
    await getBlob(server, { clock });
    expect(clock.slept).toEqual([waitMs + 125]);
  });

  test.each([
    ['Retry-After in seconds', { 'retry-after': '3600' }, 3_600_000],
    ['Retry-After as a date', { 'retry-after': new Date(CLOCK_START + 7_200_000).toUTCString() }, 7_200_000],
    ['a reset time', { 'x-ratelimit-reset': String((CLOCK_START + 60_000) / 1_000) }, 60_000],
  ])('with a long wait, told by %s, is handed on instead of slept', async (_name, headers, inMs) => {
    const clock = handClock();
    const server = kept(await serveScript(limited(headers)));
    const error = await failureOf(getBlob(server, { clock }));
    expect(error).toMatchObject({
      code: 'rate limited',
      status: 429,
      retryable: true,
      retryAt: CLOCK_START + inMs,
      detail: 'You have reached your pull rate limit.',
    });
    expect(clock.slept).toEqual([]);
    expect(server.seen.length).toBe(1);
  });

  test('is told on every answer that has one', async () => {
    const seen: RateLimit[] = [];
    const headers = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '76;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    };
    const server = kept(await serveScript(inTurn(reply(200, BYTES.toString(), headers), blob)));
    await getBlob(server, { onRateLimit: (limit) => seen.push(limit) });
    await getBlob(server, { onRateLimit: (limit) => seen.push(limit) });
    expect(seen).toEqual([
      { host: 'registry.test', limit: 100, remaining: 76, windowSeconds: 21_600, source: '192.0.2.1' },
    ]);
  });
});

describe('a body', () => {
  test('that goes on and on is cut off at the limit', async () => {
    const endless: Parameters<typeof inTurn>[0] = (_request, response) => {
      response.writeHead(200, { 'content-type': MEDIA_TYPE.ociIndex });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const server = kept(await serveScript(endless));
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    expect((await failureOf(repository.getManifest('v1'))).code).toBe('too large');
  });

  test.each([
    ['fewer bytes', BYTES.subarray(1)],
    ['more bytes', Buffer.concat([BYTES, BYTES])],
    ['other bytes', Buffer.from('{"config":null}')],
  ])('with %s than the digest has is not handed out', async (_name, bytes) => {
    const chunked: Parameters<typeof inTurn>[0] = (_request, response) => {
      response.writeHead(200);
      response.end(bytes);
    };
    const server = kept(await serveScript(chunked));
    expect((await failureOf(getBlob(server))).code).toBe('digest mismatch');
  });
});

test('an answer that drips is no answer: it ends after the time for all of it, and is asked for again', async () => {
  let asked = 0;
  const server = kept(
    await serveScript((_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    }),
  );
  for (const sockets of [true, false]) {
    asked = 0;
    const timeouts = { ...SHORT, answerMs: 150 };
    const repository = kept(openTestRegistry(server.origin, { timeouts, sockets })).repository('a/b');
    const error = await failureOf(repository.listTags());
    expect(error).toMatchObject({ code: 'timeout', detail: 'the answer was not complete after 0.15 s' });
    expect(asked).toBeGreaterThan(1);
  }
});

describe('giving up', () => {
  test('closes the connection and throws the reason as it is', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const server = kept(
      await serveScript((request, response) => {
        response.writeHead(200, { 'content-length': BYTES.length });
        response.write(BYTES.subarray(0, 3));
        request.socket.once('close', () => closed.resolve());
        arrived.resolve();
      }),
    );
    const reason = new Error('the lease is lost');
    const giveUp = new AbortController();
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    const work = repository.getBlobBytes(BLOB, 1_000, giveUp.signal);
    await arrived.promise;
    giveUp.abort(reason);
    await expect(work).rejects.toBe(reason);
    await closed.promise;
  });

  test('before the start asks nobody', async () => {
    const server = kept(await serveScript(blob));
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    await expect(repository.headBlob(BLOB, AbortSignal.abort('no'))).rejects.toBe('no');
    expect(server.connections).toBe(0);
  });
});

describe('what a registry says', () => {
  test.each([
    [
      'signed queries',
      'see https://s3.example/x?X-Amz-Signature=abc&y=1 now',
      'see https://s3.example/x?… now',
    ],
    ['tokens', 'Bearer eyJhbGciOi.abc.def was bad', 'Bearer … was bad'],
    ['passwords in addresses', 'at https://ann:pw@host/x', 'at https://host/x'],
    ['markup and control characters', 'a<b>c</b>\u0000\u202Ed\ne', 'a c d e'],
    ['long stories', 'x'.repeat(2_000), `${'x'.repeat(299)}…`],
  ])('reaches people without %s', async (_name, said, shown) => {
    const server = kept(await serveScript(reply(400, said)));
    expect((await failureOf(getBlob(server))).detail).toBe(shown);
  });
});
