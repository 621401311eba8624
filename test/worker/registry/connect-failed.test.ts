import { createServer, type LookupFunction } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { BlobTransfer } from '../../../worker/copy/transfer.ts';
import { connectFailed } from '../../../worker/registry/connect-failed.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { openRegistry, type RegistryOptions } from '../../../worker/registry/registry.ts';
import { BLOB, blob, closeAll, kept, source, target } from '../copy/two-sides.ts';
import { TRANSFERS } from '../copy/transfers.ts';
import { reply } from './scripted-server.ts';
import { failureOf, handClock, SHORT } from './test-registry.ts';
import { makeCertificate, openssl, serveTls } from './tls-server.ts';

afterEach(closeAll);
const NAME = 'registry.corp.example';

/** A resolver that gives these addresses, or this error. */
function resolving(...given: readonly (readonly string[] | string)[]): LookupFunction {
  let turn = 0;
  return (_name, options, callback) => {
    const answer = given[Math.min(turn, given.length - 1)] ?? [];
    turn += 1;
    if (typeof answer === 'string') {
      return callback(Object.assign(new Error(`getaddrinfo ${answer} ${NAME}`), { code: answer }), []);
    }
    const found = answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) return callback(null, found);
    return callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}

interface Reach {
  readonly port: number;
  readonly scheme?: 'http' | 'https';
  readonly options?: Partial<RegistryOptions>;
}

/** One blob from NAME by one of the ways; the error it ends with. */
async function failing(by: BlobTransfer, { port, scheme = 'https', options }: Reach) {
  const host = `${NAME}:${port}`;
  const endpoint = registryEndpoint(host, { [host]: { endpoint: `${scheme}://${host}` } });
  const from = kept(openRegistry({ endpoint, clock: handClock(), timeouts: SHORT, ...options }));
  const to = await target();
  const place = `127.0.0.1:${to.server.port}`;
  const side = registryEndpoint(place, { [place]: { insecure: true } });
  const work = by({
    source: from.repository('a/b'),
    target: kept(openRegistry({ endpoint: side, clock: handClock() })).repository('c/d'),
    blob: BLOB,
    onBytes: () => {},
    signal: new AbortController().signal,
  });
  return { host, error: await failureOf(work), to };
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  await new Promise((closed) => server.close(closed));
  return address.port;
}

describe.each(TRANSFERS)(
  '82: what goes wrong with a connection names host and phase, through %s',
  (_way, by) => {
    test.each([
      ['ENOTFOUND', `the name ${NAME} does not exist (DNS, ENOTFOUND)`, false],
      ['EAI_AGAIN', `the name ${NAME} could not be looked up, DNS did not say (EAI_AGAIN)`, true],
    ])('DNS: %s', async (code, detail, retryable) => {
      const { error, host } = await failing(by, { port: 443, options: { lookup: resolving(code) } });
      expect(error).toMatchObject({ code: 'unreachable', host, detail, retryable });
    });

    test('a port where nobody listens, without the address behind the name', async () => {
      const port = await closedPort();
      const lookup = resolving(['127.0.0.1']);
      const { error, host } = await failing(by, { port, options: { lookup } });
      expect(error).toMatchObject({
        host,
        detail: `no connection to ${NAME}:${port} (ECONNREFUSED)`,
        retryable: true,
      });
      expect(error.message).not.toContain('127.0.0.1');
    });

    test('a registry that speaks no TLS', async () => {
      const { port } = await source(blob);
      const { error } = await failing(by, { port, options: { lookup: resolving(['127.0.0.1']) } });
      expect(error.detail).toMatch(new RegExp(`^TLS with ${NAME}:${port} failed \\((ERR_SSL|EPROTO)`));
      expect(error.detail.length).toBeLessThan(150);
      expect(error.retryable).toBe(false);
    });

    test('a broken IPv6: the other address is taken', async () => {
      const { port } = await source(blob);
      // ::1 has nobody at this port.
      const lookup = resolving(['::1', '127.0.0.1']);
      const host = `${NAME}:${port}`;
      const endpoint = registryEndpoint(host, { [host]: { insecure: true } });
      const from = kept(openRegistry({ endpoint, clock: handClock(), timeouts: SHORT, lookup }));
      const to = await target();
      const place = `127.0.0.1:${to.server.port}`;
      const side = registryEndpoint(place, { [place]: { insecure: true } });
      await by({
        source: from.repository('a/b'),
        target: kept(openRegistry({ endpoint: side, clock: handClock() })).repository('c/d'),
        blob: BLOB,
        onBytes: () => {},
        signal: new AbortController().signal,
      });
      expect(to.stored.has(BLOB.digest)).toBe(true);
    });

    test('a redirect to a host that is not there names that host', async () => {
      const from = await source(reply(307, '', { location: 'https://cdn.corp.example/blob?sig=hunter2' }));
      const lookup: LookupFunction = (name, options, callback) =>
        resolving(name === NAME ? ['127.0.0.1'] : 'ENOTFOUND')(name, options, callback);
      const { error, host } = await failing(by, { port: from.port, scheme: 'http', options: { lookup } });
      expect(error).toMatchObject({ host, operation: 'get blob' });
      expect(error.detail).toBe('the name cdn.corp.example does not exist (DNS, ENOTFOUND)');
      expect(error.message).not.toContain('hunter2');
    });
  },
);

(openssl === undefined ? describe.skip : describe).each(TRANSFERS)('82: TLS, through %s', (_way, by) => {
  test.each([
    ['nobody vouches for', [NAME], false, /\(DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate\)$/],
    ['is of another name', ['other.corp.example'], true, /\(ERR_TLS_CERT_ALTNAME_INVALID: /],
  ])('a certificate that %s', async (_what, names, trusted, text) => {
    const certificate = makeCertificate(names);
    const server = kept(await serveTls(certificate, blob));
    const ca = trusted ? certificate.cert : undefined;
    const options = { lookup: resolving(['127.0.0.1']), ca };
    const { error, host } = await failing(by, { port: server.port, options });
    expect(error).toMatchObject({ code: 'unreachable', host, retryable: false });
    expect(error.detail).toMatch(new RegExp(`^TLS with ${NAME}:${server.port} failed `));
    expect(error.detail).toMatch(text);
    expect(server.seen).toEqual([]);
  });
});

test.each([
  [
    'CERT_HAS_EXPIRED',
    'certificate has expired',
    'tls',
    'TLS with a:443 failed (CERT_HAS_EXPIRED: certificate has expired)',
  ],
  [
    'ECONNRESET',
    'Client network socket disconnected before secure TLS connection was established',
    'tls',
    'TLS with a:443 failed (ECONNRESET: Client network socket disconnected before secure TLS connection was established)',
  ],
  ['ENETUNREACH', 'connect ENETUNREACH 2001:db8::1:443', 'connect', 'no connection to a:443 (ENETUNREACH)'],
  [
    'ESERVFAIL',
    'queryA ESERVFAIL a',
    'lookup',
    'the name a could not be looked up, DNS did not say (ESERVFAIL)',
  ],
])('82: %s is told as %j at the phase %s', (code, message, phase, text) => {
  const failed = connectFailed(Object.assign(new Error(message), { code }), 'a:443');
  expect(failed).toMatchObject({ code, phase, place: 'a:443', message: text });
});
