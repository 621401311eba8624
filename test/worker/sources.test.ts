import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SAMPLE_ACCOUNT } from '../../local/upstream/samples.ts';
import { startUpstream } from '../../local/upstream/start.ts';
import { certificatesOf } from '../../worker/registry/certificates.ts';
import { keychainOf } from '../../worker/registry/keychain.ts';
import { openSources } from '../../worker/sources.ts';
import { sampleConfig } from '../core/config/sample-config.ts';
import { sampleSource } from '../core/request/sample-request.ts';
import { SMALL_IMAGES } from './copy/small-images.ts';
import { closeAll, kept } from './copy/two-sides.ts';
import { openRegistry } from '../../worker/registry/registry.ts';
import { registryEndpoint } from '../../worker/registry/endpoint.ts';
import { reply } from './registry/scripted-server.ts';
import { failureOf, handClock } from './registry/test-registry.ts';
import { makeCertificate, openssl, serveTls } from './registry/tls-server.ts';

afterEach(closeAll);
const PRIVATE = SMALL_IMAGES.find(({ owner }) => owner !== undefined);

async function world(secret: string = SAMPLE_ACCOUNT.secret) {
  const hub = kept(await startUpstream({ images: SMALL_IMAGES }));
  const config = sampleConfig({
    registries: {
      'docker.io': {
        endpoint: hub.url,
        insecure: true,
        authHosts: [hub.authHost],
        blobHosts: [hub.blobHost],
      },
    },
    rules: [{ name: 'acme', credentials: ['docker.io'] }, { name: 'rest' }],
  });
  const lines: { readonly level: string; readonly fields: unknown }[] = [];
  const sources = kept(
    openSources({
      config,
      keychain: keychainOf({ 'docker.io': { user: SAMPLE_ACCOUNT.user, secret } }),
      clock: { ...handClock(), now: Date.now },
      log: (level, _message, fields) => void lines.push({ level, fields }),
    }),
  );
  return { hub, sources, lines };
}

describe('the sources of a rule', () => {
  test('have the account where the rule names the host, and are nobody’s everywhere else', async () => {
    const { hub, sources } = await world();
    const source = sampleSource(`${PRIVATE?.repository}:${PRIVATE?.tags[0]}`);
    const tag = source.tag ?? '';
    for (const view of [
      sources,
      sources.forRule('rest'),
      sources.forRule('gone'),
      sources.forRule(undefined),
    ]) {
      expect((await failureOf(view.repository(source).headManifest(tag))).code).toBe('unauthorized');
    }
    expect(hub.calls.map(({ user }) => user)).not.toContain(SAMPLE_ACCOUNT.user);
    const seen = await sources.forRule('acme').repository(source).headManifest(tag);
    expect(seen?.digest).toBe(hub.digestOf(source.repository, tag));
    // The token of one is not the other's.
    expect((await failureOf(sources.repository(source).headManifest(tag))).code).toBe('unauthorized');
  });

  test('have pull limits of their own', async () => {
    const { hub, sources } = await world();
    hub.setPullsLeft(7);
    hub.setPullsLeft(150, SAMPLE_ACCOUNT.user);
    const source = sampleSource('library/small');
    await sources.repository(source).getManifest('latest');
    await sources.forRule('acme').repository(source).getManifest('latest');
    expect(sources.rateLimit('docker.io')?.remaining).toBe(6);
    expect(sources.forRule('acme').rateLimit('docker.io')?.remaining).toBe(149);
  });

  test('read a public image without an account that is refused, and the log names it once, without its secret', async () => {
    const { hub, lines, sources } = await world('hunter2');
    const repository = sources.forRule('acme').repository(sampleSource('library/small'));
    expect((await repository.headManifest('latest'))?.digest).toBe(hub.digestOf('library/small', 'latest'));
    await repository.getManifest('latest');
    expect(lines).toEqual([
      {
        level: 'warn',
        fields: {
          registry: 'docker.io',
          repository: 'library/small',
          user: SAMPLE_ACCOUNT.user,
          detail: `it does not take the account ${SAMPLE_ACCOUNT.user} (incorrect username or password)`,
        },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('the certificates of a registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-ca-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  (openssl === undefined ? test.skip : test)('are believed of exactly that host', async () => {
    const certificate = makeCertificate(['registry.corp.example', 'other.corp.example']);
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, `# our own\n${certificate.cert}`);
    const server = kept(await serveTls(certificate, reply(404)));
    const lookup: LookupFunction = (_name, options, callback) =>
      options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
    const settings = Object.fromEntries(
      ['registry.corp.example', 'other.corp.example'].map((host) => [
        host,
        { endpoint: `https://${host}:${server.port}` },
      ]),
    );
    const caOf = certificatesOf({ 'registry.corp.example': { ca }, 'other.corp.example': {} });
    const ask = (host: string) =>
      kept(
        openRegistry({
          endpoint: registryEndpoint(host, settings),
          ca: caOf(host),
          lookup,
          clock: handClock(),
        }),
      )
        .repository('a/b')
        .headManifest('1');
    expect(await ask('registry.corp.example')).toBeUndefined();
    expect((await failureOf(ask('other.corp.example'))).detail).toMatch(/^TLS with other\.corp\.example/);
  });

  test('that cannot be read stop the start, all at once', () => {
    const read = (): unknown =>
      openSources({
        config: sampleConfig({
          registries: { 'a.example': { ca: '/nowhere/a.pem' }, 'b.example': { ca: '/' } },
        }),
        clock: handClock(),
        log: () => {},
      });
    expect(read).toThrow(
      'registries["a.example"].ca: /nowhere/a.pem cannot be read (ENOENT)\nregistries["b.example"].ca: / cannot be read (EISDIR)',
    );
  });
});
