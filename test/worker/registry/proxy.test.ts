import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { socketTransfer } from '../../../worker/copy/socket-transfer.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { environmentProxy, ProxyProblem } from '../../../worker/registry/proxy.ts';
import { openRegistry, type Registry, type RegistryOptions } from '../../../worker/registry/registry.ts';
import { BLOB, BYTES, blob, closeAll, methods, target } from '../copy/two-sides.ts';
import { type ConnectProxyOptions, startConnectProxy } from './connect-proxy.ts';
import { reply, serveScript } from './scripted-server.ts';
import { DEFAULT_TIMEOUTS } from '../../../worker/registry/dispatcher.ts';
import { failureOf, handClock, SHORT } from './test-registry.ts';
import { makeCertificate, openssl, serveTls } from './tls-server.ts';

const open: { close(): Promise<void> }[] = [];
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await closeAll();
});

const proxy = async (options?: ConnectProxyOptions) => kept(await startConnectProxy(options));
/** A name that no DNS knows: whoever looks it up here fails. */
const NAME = 'registry.corp.example';

const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
const manifest = reply(200, MANIFEST, {
  'content-type': MEDIA_TYPE.ociIndex,
  'docker-content-digest': digestOf(Buffer.from(MANIFEST)),
});

function registryAt(host: string, options: Partial<RegistryOptions>, settings = {}): Registry {
  const endpoint = registryEndpoint(host, { [host]: settings });
  return kept(openRegistry({ endpoint, clock: handClock(), timeouts: SHORT, ...options }));
}

describe('through a proxy', () => {
  test('plain HTTP goes by a tunnel, and the proxy resolves the name', async () => {
    const server = kept(await serveScript(manifest));
    const through = await proxy();
    const proxyOf = environmentProxy({ HTTP_PROXY: through.origin });
    const host = `${NAME}:${server.port}`;
    const repository = registryAt(host, { proxyOf }, { insecure: true }).repository('a/b');
    expect(await repository.headManifest('v1')).toMatchObject({ sizeBytes: MANIFEST.length });
    await repository.getManifest('v1');
    expect([...new Set(through.asked)]).toEqual([`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`]);
    expect(server.seen[0]?.headers.host).toBe(host);
  });

  test('user and password of the proxy go to the proxy and nowhere else', async () => {
    const server = kept(await serveScript(manifest));
    const through = await proxy();
    const withLogin = through.origin.replace('//', '//ann:p%40ss@');
    const proxyOf = environmentProxy({ http_proxy: withLogin });
    const registry = registryAt(`${NAME}:${server.port}`, { proxyOf }, { insecure: true });
    await registry.repository('a/b').headManifest('v1');
    const login = Buffer.from('ann:p@ss').toString('base64');
    expect(through.asked[0]).toContain(`\r\nProxy-Authorization: Basic ${login}\r\n`);
    expect(JSON.stringify(server.seen)).not.toContain(login);
  });

  (openssl === undefined ? test.skip : test)('TLS is with the registry, not with the proxy', async () => {
    const certificate = makeCertificate([NAME]);
    const server = kept(await serveTls(certificate, manifest));
    const through = await proxy();
    const options = { proxyOf: environmentProxy({ HTTPS_PROXY: through.origin }), ca: certificate.cert };
    const listed = { endpoint: `https://${NAME}:${server.port}` };
    await registryAt(NAME, options, listed).repository('a/b').headManifest('v1');
    expect(server.seen).toEqual(['HEAD /v2/a/b/manifests/v1']);
    expect(through.asked).toHaveLength(1);

    const other = { endpoint: `https://other.corp.example:${server.port}` };
    const error = await failureOf(registryAt(NAME, options, other).repository('a/b').headManifest('v1'));
    expect(error.detail).toMatch(/^TLS with other\.corp\.example:\d+ failed \(ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  test('blobs go by undici, without a try by the pipe', async () => {
    const from = kept(await serveScript(blob));
    const to = await target();
    const through = await proxy();
    const proxyOf = environmentProxy({ HTTP_PROXY: through.origin });
    const side = (port: number): Registry =>
      registryAt(
        `${NAME}:${port}`,
        { proxyOf, timeouts: DEFAULT_TIMEOUTS },
        { insecure: true, endpoint: `http://${NAME}:${port}` },
      );
    const source = side(from.port).repository('a/b');
    expect(source.pipe).toBeUndefined();
    await socketTransfer({
      source,
      target: side(to.server.port).repository('c/d'),
      blob: BLOB,
      onBytes: () => {},
      signal: new AbortController().signal,
    });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(from.seen).toHaveLength(1);
    expect(methods(to.server)).toEqual(['POST', 'PUT']);
  });

  test('a blob that is redirected behind the proxy is handed over before a byte was sent', async () => {
    const store = kept(await serveScript(blob));
    const from = kept(await serveScript(reply(307, '', { location: `http://${NAME}:${store.port}/b` })));
    const to = await target();
    const through = await proxy();
    const host = `127.0.0.1:${from.port}`;
    const proxyOf = environmentProxy({ HTTP_PROXY: through.origin });
    const source = registryAt(host, { proxyOf }, { insecure: true, blobHosts: [`${NAME}:${store.port}`] });
    const place = `127.0.0.1:${to.server.port}`;
    const signal = new AbortController().signal;
    await socketTransfer({
      source: source.repository('a/b'),
      target: registryAt(place, { proxyOf }, { insecure: true }).repository('c/d'),
      blob: BLOB,
      onBytes: () => {},
      signal,
    });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(store.seen).toHaveLength(1);
  });

  test('a private address that is written as one is refused before the proxy is asked', async () => {
    const through = await proxy();
    const proxyOf = environmentProxy({ HTTPS_PROXY: through.origin, HTTP_PROXY: through.origin });
    for (const literal of [
      '10.0.0.1',
      '169.254.169.254',
      '192.168.1.1',
      '[fd00:ec2::254]',
      '[::ffff:10.0.0.1]',
    ]) {
      const endpoint = registryEndpoint(literal);
      const registry = kept(openRegistry({ endpoint, clock: handClock(), proxyOf }));
      const error = await failureOf(registry.repository('a/b').headManifest('v1'));
      expect(error.code).toBe('refused address');
    }
    expect(through.asked).toEqual([]);
  });

  test.each([
    [
      'refuses',
      'HTTP/1.1 403 Forbidden\r\n\r\n',
      /does not open a connection to .*: it answered HTTP 403/,
      false,
    ],
    ['wants a login', 'HTTP/1.1 407 Auth\r\n\r\n', /asks for a user name and a password \(HTTP 407\)/, false],
    [
      'speaks no HTTP',
      'SSH-2.0-OpenSSH\r\n\r\n',
      /did not open a connection to .* \(no HTTP answer\)/,
      false,
    ],
    ['closes', '', /did not open a connection to .* \(ECONNRESET\)/, true],
    ['answers without end', 'HTTP/1.1 200 ok\r\nx: '.padEnd(20_000, 'y'), /\(no HTTP answer\)/, false],
  ])(
    '82: a proxy that %s: the error names it and what it was for',
    async (_what, answer, text, retryable) => {
      const through = await proxy({ answer });
      const proxyOf = environmentProxy({ HTTP_PROXY: through.origin.replace('//', '//ann:hunter2@') });
      const registry = registryAt(`${NAME}:5000`, { proxyOf }, { insecure: true });
      const error = await failureOf(registry.repository('a/b').headManifest('v1'));
      expect(error).toMatchObject({ code: 'unreachable', host: `${NAME}:5000`, retryable });
      expect(error.detail).toMatch(text);
      expect(error.detail).toMatch(/^the proxy 127\.0\.0\.1:\d+ .* registry\.corp\.example:5000/);
      expect(error.message).not.toMatch(/hunter2|aHVudGVyMg/);
    },
  );

  test('82: a proxy that is not there is named', async () => {
    const gone = await startConnectProxy();
    await gone.close();
    const proxyOf = environmentProxy({ HTTP_PROXY: gone.origin });
    const registry = registryAt(`${NAME}:5000`, { proxyOf }, { insecure: true });
    const error = await failureOf(registry.repository('a/b').headManifest('v1'));
    expect(error.detail).toMatch(/^the proxy 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)$/);
  });
});

describe('the proxy variables', () => {
  const env = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'plain:3128' };
  const chosen = (address: string, more: Record<string, string> = {}): string | undefined => {
    const { protocol, hostname, port } = new URL(address);
    const host = hostname.replace(/^\[|\]$/g, '');
    const to = { protocol, host, port: port || (protocol === 'http:' ? '80' : '443') };
    return environmentProxy({ ...env, ...more })(to)?.host;
  };

  test('are by the protocol of the registry; the lower-case spelling comes first', () => {
    expect(chosen('https://ghcr.io')).toBe('secure:3128');
    expect(chosen('http://ghcr.io')).toBe('plain:3128');
    expect(chosen('https://ghcr.io', { https_proxy: 'http://small:1' })).toBe('small:1');
    expect(environmentProxy({})({ protocol: 'https:', host: 'ghcr.io', port: '443' })).toBeUndefined();
  });

  test.each([
    ['*', 'https://ghcr.io', true],
    ['ghcr.io', 'https://ghcr.io', true],
    ['GHCR.IO', 'https://ghcr.io', true],
    ['ghcr.io', 'https://sub.ghcr.io', true],
    ['ghcr.io', 'https://evilghcr.io', false],
    ['.ghcr.io', 'https://sub.ghcr.io', true],
    ['.ghcr.io', 'https://ghcr.io', false],
    ['*.ghcr.io', 'https://sub.ghcr.io', true],
    ['quay.io, ghcr.io', 'https://ghcr.io', true],
    ['quay.io ghcr.io', 'https://ghcr.io', true],
    ['ghcr.io:443', 'https://ghcr.io', true],
    ['ghcr.io:8443', 'https://ghcr.io', false],
    ['ghcr.io:8443', 'https://ghcr.io:8443', true],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/8', 'https://ghcr.io', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['[fd00::1]', 'https://[fd00:0::1]', true],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000', true],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['', 'https://ghcr.io', false],
    [',', 'https://ghcr.io', false],
  ])('NO_PROXY=%s leaves %s alone: %s', (exceptions, address, direct) => {
    expect(chosen(address, { NO_PROXY: exceptions })).toBe(direct ? undefined : 'secure:3128');
    expect(chosen(address, { no_proxy: exceptions })).toBe(direct ? undefined : 'secure:3128');
  });

  test.each(['https://localhost', 'https://127.0.0.1:5000', 'https://[::1]', 'https://a.localhost'])(
    'never send %s through a proxy',
    (address) => expect(chosen(address)).toBeUndefined(),
  );

  test.each(['socks5://ann:hunter2@proxy:1080', 'http://', 'ftp://proxy'])('cannot hold %s', (value) => {
    const read = (): unknown => environmentProxy({ HTTPS_PROXY: value });
    expect(read).toThrow(ProxyProblem);
    expect(read).not.toThrow(/hunter2/);
    expect(read).toThrow(/^HTTPS_PROXY is/);
  });
});
