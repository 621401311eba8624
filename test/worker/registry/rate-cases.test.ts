import { afterEach, describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import type { RegistryErrorCode } from '../../../worker/registry/errors.ts';
import { openRegistry, type Registry } from '../../../worker/registry/registry.ts';
import { BLOB, closeAll, kept } from '../copy/two-sides.ts';
import { type Answer, MANIFEST, manifest } from './login-stage.ts';
import { errorBody, inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import {
  CLOCK_START,
  failureOf,
  type HandClock,
  handClock,
  openTestRegistry,
  SHORT,
} from './test-registry.ts';

afterEach(closeAll);

const parsed = parseManifest(Buffer.from(MANIFEST), MEDIA_TYPE.ociIndex);

const at = (server: ScriptedServer, clock: HandClock) =>
  kept(openTestRegistry(server.origin, { clock })).repository('a/b');
const limited = (headers: Record<string, string> = {}, body = 'slow down'): Answer =>
  reply(429, body, headers);

describe('66: a limit is waited for as long as the registry says, and a long one is handed on', () => {
  const date = (ms: number): string => new Date(CLOCK_START + ms).toUTCString();
  test.each([
    ['seconds', '7', 7_000 + 125],
    ['an HTTP date', date(4_000), 4_000 + 125],
    ['the old form of a date', 'Monday, 23-Nov-26 12:00:04 GMT', 4_000 + 125],
    ['the oldest form of a date', 'Mon Nov 23 12:00:04 2026', 4_000 + 125],
    ['the time itself, as Docker Hub writes it', String(CLOCK_START / 1_000 + 7), 7_000 + 125],
    ['a date gone by', date(-60_000), 250],
    ['0', '0', 250],
    ['a negative number', '-5', 250],
    ['no number', 'soon', 250],
    ['nothing', undefined, 250],
  ])('Retry-After as %s', async (_name, retryAfter, waitMs) => {
    const clock = handClock();
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const server = kept(await serveScript(inTurn(limited(headers), manifest)));
    await at(server, clock).getManifest('v1');
    expect(clock.slept).toEqual([waitMs]);
    expect(server.seen).toHaveLength(2);
  });

  test.each([
    ['86400 seconds', '86400', 86_400_000],
    ['a date tomorrow', date(80_000_000), 80_000_000],
    ['thirty years', '999999999', 86_400_000],
  ])('Retry-After of %s ends the try at once, with the time', async (_name, retryAfter, inMs) => {
    const clock = handClock();
    const server = kept(await serveScript(limited({ 'retry-after': retryAfter })));
    const error = await failureOf(at(server, clock).getManifest('v1'));
    expect([error.code, error.retryable, error.retryAt]).toEqual(['rate limited', true, CLOCK_START + inMs]);
    expect([clock.slept, server.seen.length]).toEqual([[], 1]);
  });

  test('whoever asks meanwhile is told the same, without asking the host', async () => {
    const clock = handClock();
    const server = kept(await serveScript(limited({ 'retry-after': '3600' })));
    const repository = at(server, clock);
    await failureOf(repository.listTags());
    const error = await failureOf(repository.getManifest('v2'));
    expect([error.code, error.operation, error.retryAt]).toEqual([
      'rate limited',
      'get manifest',
      CLOCK_START + 3_600_000,
    ]);
    expect(server.seen).toHaveLength(1);
    // After a while it is looked at anew: the limit may have been lifted.
    clock.advance(601_000);
    await failureOf(repository.getManifest('v2'));
    expect(server.seen).toHaveLength(2);
  });

  test('a limit on manifests leaves blobs and HEADs alone, which cost no pull', async () => {
    const clock = handClock();
    const server = kept(
      await serveScript((request, response) => {
        const answer = request.method === 'GET' ? limited({ 'retry-after': '3600' }) : manifest;
        return answer(request, response);
      }),
    );
    const repository = at(server, clock);
    await failureOf(repository.getManifest('v1'));
    expect(await repository.headManifest('v1')).toBeDefined();
    expect(await repository.headBlob(BLOB)).toBe(true);
    await failureOf(repository.getManifest('v1'));
    expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'HEAD']);
  });

  test('a limit on HEADs is one on GETs of manifests too, and none on blobs', async () => {
    const clock = handClock();
    const server = kept(
      await serveScript((request, response) => {
        const isManifest = request.url?.includes('/manifests/') ?? false;
        return (isManifest ? limited({ 'retry-after': '3600' }) : reply(200))(request, response);
      }),
    );
    const repository = at(server, clock);
    await failureOf(repository.headManifest('v1'));
    await failureOf(repository.getManifest('v1'));
    await failureOf(repository.headManifest('v2'));
    expect(await repository.headBlob(BLOB)).toBe(true);
    expect(server.seen.map(({ method, url }) => `${method} ${url.split('/').at(-2)}`)).toEqual([
      'HEAD manifests',
      'HEAD blobs',
    ]);
  });

  test('a budget that is used up is not asked about again and again', async () => {
    const clock = handClock();
    const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' };
    const server = kept(await serveScript(limited(headers)));
    const error = await failureOf(at(server, clock).getManifest('v1'));
    expect(error.limit).toMatchObject({ limit: 100, remaining: 0, windowSeconds: 21_600 });
    expect([clock.slept, server.seen.length]).toEqual([[], 1]);
  });
});

describe('67: a limit on one request slows all requests to that host, and no other host', () => {
  test('both are asked at once: one waits and then goes with gaps, the other does not wait at all', async () => {
    const [slow, quick] = [handClock(), handClock()];
    const asked: number[] = [];
    let answered = 0;
    const limiting = kept(
      await serveScript((request, response) => {
        asked.push(slow.now() - CLOCK_START);
        answered += 1;
        return (answered === 1 ? limited({ 'retry-after': '5' }) : manifest)(request, response);
      }),
    );
    const well = kept(await serveScript(manifest));
    const [one, two] = [at(limiting, slow), at(well, quick)];
    await one.getManifest('v1');
    for (const tag of ['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8']) await one.headManifest(tag);
    for (const tag of ['v2', 'v3']) await two.headManifest(tag);
    // The retry at 5.125 s, two more with gaps, and then it is believed to be well.
    expect(asked).toEqual([0, 5_125, 5_375, 5_625, 5_625, 5_625, 5_625, 5_625, 5_625]);
    expect(quick.slept).toEqual([]);
  });
});

describe('69: what fails at the server is tried a few times, what it cannot do is not', () => {
  test.each([500, 502, 503, 504, 408, 499, 522])('%s is tried four times', async (status) => {
    const clock = handClock();
    const server = kept(await serveScript(reply(status, 'down')));
    const error = await failureOf(at(server, clock).getManifest('v1'));
    expect([error.code, error.retryable]).toEqual(['server', true]);
    expect([server.seen.length, clock.slept]).toEqual([4, [250, 500, 1_000]]);
  });

  test.each<[number, RegistryErrorCode]>([
    [501, 'server'],
    [505, 'server'],
    [405, 'protocol'],
    [413, 'protocol'],
    [415, 'protocol'],
  ])('%s is not tried again', async (status, code) => {
    const clock = handClock();
    const server = kept(await serveScript(reply(status, 'no')));
    const error = await failureOf(at(server, clock).getManifest('v1'));
    expect([error.code, error.retryable]).toEqual([code, false]);
    expect([server.seen.length, clock.slept]).toEqual([1, []]);
  });
});

describe('70: an answer with bare line feeds counts as a limit where they are known to be sent', () => {
  const ending =
    (first: string): Answer =>
    (request) => {
      const lines = [
        'HTTP/1.1 429 Too Many Requests',
        'Content-Type: text/plain\nRetry-After: 60',
        '',
        'slow down',
      ];
      request.socket.end(lines.join(first));
    };
  const oneLine = ending('\r\n');
  const allLines = ending('\n');
  const open = (host: string, server: ScriptedServer, clock: HandClock, sockets: boolean): Registry =>
    kept(
      openRegistry({
        endpoint: registryEndpoint(host, { [host]: { endpoint: server.origin } }),
        clock,
        sockets,
        timeouts: SHORT,
      }),
    );

  test.each([
    ['docker.io', 'rate limited', true, 'one line', oneLine],
    ['docker.io', 'rate limited', false, 'one line', oneLine],
    ['docker.io', 'rate limited', false, 'all lines', allLines],
    ['registry.test', 'protocol', true, 'one line', oneLine],
    ['registry.test', 'protocol', false, 'all lines', allLines],
  ] as const)('at %s it is "%s" (own sockets: %s, %s)', async (host, code, sockets, _lines, answer) => {
    const clock = handClock();
    const server = kept(await serveScript(answer));
    const error = await failureOf(open(host, server, clock, sockets).repository('a/b').getManifest('v1'));
    expect([error.code, error.retryable]).toEqual([code, true]);
  });

  test('it is repeated slowly, and the others wait too', async () => {
    const clock = handClock();
    const server = kept(await serveScript(inTurn(oneLine, oneLine, oneLine, manifest)));
    const repository = open('docker.io', server, clock, true).repository('a/b');
    await repository.getManifest('v1');
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(0);
    const before = clock.now();
    await repository.headManifest('v2');
    // Refused twice: the gap has doubled once.
    expect(clock.now() - before).toBe(500);
  });

  test('a 429 with a plain text is one like any other', async () => {
    const clock = handClock();
    const server = kept(
      await serveScript(limited({ 'retry-after': '60' }, 'You have reached your limit.\n')),
    );
    const error = await failureOf(at(server, clock).getManifest('v1'));
    expect([error.code, error.detail, error.retryAt]).toEqual([
      'rate limited',
      'You have reached your limit.',
      CLOCK_START + 60_000,
    ]);
  });
});

describe('what is refused with a page', () => {
  const page = `<!DOCTYPE html><html><head><title>413 Request Entity Too Large</title><style>.x{color:red}</style>
    <script>alert(1)</script></head><body><center><h1>413 Request Entity Too Large</h1></center><hr>
    <center>nginx/1.25.3 ${'behind something '.repeat(40)}</center></body></html>`;

  test('is told in at most 200 characters of what people would see, with status, host and request', async () => {
    const server = kept(await serveScript(reply(403, page, { 'x-request-id': 'req-7' })));
    const error = await failureOf(at(server, handClock()).getManifest('v1'));
    expect(error.detail).toMatch(/^413 Request Entity Too Large · nginx\/1\.25\.3 behind something/);
    expect(error.detail.length).toBeLessThanOrEqual(200);
    expect(error.detail).not.toMatch(/color|alert|</);
    expect([error.status, error.host, error.requestId]).toEqual([403, 'registry.test', 'req-7']);
  });

  test('of an upload that is too large for a proxy is not sent again', async () => {
    const server = kept(await serveScript(inTurn(reply(413, page))));
    const work = at(server, handClock()).putManifest('v1', parsed);
    const error = await failureOf(work);
    expect([error.code, error.retryable, server.seen.length]).toEqual(['too large', false, 1]);
  });

  test('by a storage host is told by code and message, without the signature that it repeats', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message>
      <SignatureProvided>zqzqzqzqzqzq</SignatureProvided><RequestId>R1</RequestId></Error>`;
    const server = kept(await serveScript(reply(403, xml, { 'x-amz-request-id': 'R1' })));
    const error = await failureOf(at(server, handClock()).getManifest('v1'));
    expect([error.detail, error.requestId]).toEqual(['AccessDenied: Request has expired', 'R1']);
  });

  test('but the words of the specification come first', async () => {
    const server = kept(await serveScript(reply(400, errorBody('TAG_INVALID', '<b>odd</b>'))));
    expect((await failureOf(at(server, handClock()).getManifest('v1'))).detail).toBe('TAG_INVALID: odd');
  });
});
