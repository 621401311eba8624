import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { checkUrl, isPublicAddress } from '../../../worker/registry/guard.ts';
import { openRegistry } from '../../../worker/registry/registry.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, handClock } from './test-registry.ts';

describe('public addresses', () => {
  test.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1', '::ffff:1.1.1.1'])(
    '%s is one',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  test.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '169.254.170.2',
    '100.64.0.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::1',
    '::',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    '100::1',
    '3fff::1',
    '5f00::1',
    'ff02::1',
    '',
    'localhost',
    '127.0.0.1\n',
  ])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));

  test('no IPv4 address inside a private block is one, in its own or its mapped spelling', () => {
    const blocks = [[10], [127], [169, 254], [192, 168], [0]];
    fc.assert(
      fc.property(fc.constantFrom(...blocks), fc.tuple(byte, byte, byte), (block, rest) => {
        const address = [...block, ...rest].slice(0, 4).join('.');
        expect(isPublicAddress(address)).toBe(false);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
      }),
    );
  });
  const byte = fc.integer({ min: 0, max: 255 });
});

describe('addresses before they are resolved', () => {
  const endpoint = registryEndpoint('docker.io', {
    'docker.io': { endpoint: 'http://127.0.0.1:5001', blobHosts: ['127.0.0.1:5003'] },
  });
  const hub = registryEndpoint('docker.io');
  test.each([
    [endpoint, 'http://127.0.0.1:5001/v2/', true],
    [endpoint, 'http://127.0.0.1:5003/blob', true],
    [endpoint, 'http://127.0.0.1:5002/', false],
    [endpoint, 'http://127.0.0.2:5001/', false],
    [endpoint, 'http://example.com/', false],
    [endpoint, 'https://cdn.example.com/blob', true],
    [hub, 'https://registry-1.docker.io/v2/', true],
    [hub, 'https://cdn.example.com:8443/', false],
    [hub, 'http://registry-1.docker.io/v2/', false],
    [hub, 'https://user@cdn.example.com/', false],
    [hub, 'https://:secret@cdn.example.com/', false],
    [hub, 'file:///etc/passwd', false],
    [hub, 'data:text/plain,x', false],
  ])('%#: %s is judged by the configuration', (at, address, fine) => {
    const judge = (): void => checkUrl(new URL(address), at);
    if (fine) expect(judge).not.toThrow();
    else expect(judge).toThrow(/:/);
  });
});

describe('a door inside', () => {
  let canary: ScriptedServer;
  beforeAll(async () => {
    canary = await serveScript(reply(200, 'secret', { 'docker-content-digest': 'sha256:0' }));
  });
  afterAll(() => canary.close());

  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '0',
    '0.0.0.0',
    '１２７.0.0.1',
    '127。0。0。1',
    '①②⑦.⓪.⓪.①',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    'localhost',
    'localhost.',
    'LOCALHOST',
  ])('written as %s is not knocked at', async (spelling) => {
    const plain = registryEndpoint(`${spelling}:${canary.port}`);
    const endpoint = { ...plain, origin: new URL(`https://${spelling}:${canary.port}`).origin };
    const registry = openRegistry({ endpoint, clock: handClock() });
    const error = await failureOf(registry.repository('a/b').headManifest('latest'));
    await registry.close();
    // Some resolvers do not know `localhost.`; that is as good a refusal.
    const unknown = spelling === 'localhost.' && /ENOTFOUND/.test(error.detail);
    expect(unknown ? 'refused address' : error.code).toBe('refused address');
    expect(error.retryable).toBe(false);
    expect(canary.connections).toBe(0);
  });

  const answering =
    (...turns: readonly (readonly string[])[]): Parameters<typeof openRegistry>[0]['lookup'] =>
    (_name, options, callback) => {
      asked += 1;
      const addresses = turns[Math.min(asked, turns.length) - 1] ?? [];
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all) return callback(null, found);
      return callback(null, found[0]?.address ?? '', found[0]?.family);
    };
  let asked = 0;

  test.each([
    ['a name for it', [['127.0.0.1']]],
    ['a public answer with a private one beside it', [['127.0.0.1', '93.184.216.34']]],
    ['IPv6 loopback beside a public answer', [['93.184.216.34', '::1']]],
    ['a mapped address', [['::ffff:127.0.0.1']]],
    ['no answer at all', [[]]],
  ])('behind %s is not knocked at', async (_name, turns) => {
    asked = 0;
    const endpoint = registryEndpoint(`innocent.example:${canary.port}`);
    const registry = openRegistry({ endpoint, clock: handClock(), lookup: answering(...turns) });
    const error = await failureOf(registry.repository('a/b').headManifest('latest'));
    await registry.close();
    expect(error.code).toBe('refused address');
    expect(error.message).not.toContain('127.0.0.1');
    expect(canary.connections).toBe(0);
  });

  test('is open where the configuration lists exactly its host and port', async () => {
    const host = `127.0.0.1:${canary.port}`;
    const registry = openRegistry({
      endpoint: registryEndpoint(host, { [host]: { insecure: true } }),
      clock: handClock(),
    });
    await failureOf(registry.repository('a/b').headManifest('latest'));
    await registry.close();
    expect(canary.seen.length).toBeGreaterThan(0);
  });
});
