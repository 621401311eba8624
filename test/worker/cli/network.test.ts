import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { startConnectProxy } from '../registry/connect-proxy.ts';
import { reply } from '../registry/scripted-server.ts';
import { type Certificate, makeCertificate, openssl, serveTls } from '../registry/tls-server.ts';
import { mirror } from './run-mirror.ts';
import { startWorld, type World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'mirror-network-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const NAME = 'registry.corp.example';
const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
const manifest = reply(200, MANIFEST, {
  'content-type': MEDIA_TYPE.ociIndex,
  'docker-content-digest': digestOf(Buffer.from(MANIFEST)),
});

(openssl === undefined ? describe.skip : describe)('a registry behind a proxy and an own authority', () => {
  let certificate: Certificate;
  const ca = join(folder, 'ca.pem');
  beforeAll(() => {
    certificate = makeCertificate([NAME]);
    writeFileSync(ca, certificate.cert);
  });

  async function registry() {
    const server = await serveTls(certificate, (request, response) =>
      request.url?.includes('/target/') ? reply(404)(request, response) : manifest(request, response),
    );
    const proxy = await startConnectProxy();
    open.push(server, proxy);
    const host = `${NAME}:${server.port}`;
    return { host, env: { HTTPS_PROXY: proxy.origin }, asked: proxy.asked, seen: server.seen };
  }

  test('is reached with HTTPS_PROXY and --ca', async () => {
    const { asked, env, host } = await registry();
    const { code, err, out } = await mirror(['plan', '--ca', ca, `${host}/a/b:1`, `${host}/target/b`], {
      env,
    });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`${host}/target/b:1`);
    expect(asked.length).toBeGreaterThan(0);
  });

  test('is not believed without --ca, and the hint names it', async () => {
    const { env, host, seen } = await registry();
    const { code, err } = await mirror(['plan', `${host}/a/b:1`, `${host}/target/b`], { env });
    expect(code).toBe(1);
    expect(err).toContain(
      `did not answer for ${host}/a/b:1: TLS with ${host} failed (DEPTH_ZERO_SELF_SIGNED_CERT`,
    );
    expect(err).toContain('name it with --ca FILE');
    expect(seen).toEqual([]);
  });

  test('is told in the command to paste, with the file quoted where a shell needs it', async () => {
    const { env, host } = await registry();
    const odd = join(folder, "it's ca.pem");
    writeFileSync(odd, certificate.cert);
    const asked = [
      'plan',
      '--ca',
      odd,
      `elsewhere.corp.example:${host.split(':')[1]}/a/b:1`,
      `${host}/target/b`,
    ];
    const { err } = await mirror(asked, { env });
    expect(err).toContain(`npx mirror copy --ca '${odd.replace("'", "'\\''")}' elsewhere.corp.example`);
  });
});

(openssl === undefined ? describe.skip : describe)('a registry of the company, with HTTPS inside', () => {
  async function inside() {
    const certificate = makeCertificate(['127.0.0.1']);
    const ca = join(folder, 'inside.pem');
    writeFileSync(ca, certificate.cert);
    const server = await serveTls(certificate, (request, response) =>
      request.url?.includes('/target/') ? reply(404)(request, response) : manifest(request, response),
    );
    open.push(server);
    const host = `127.0.0.1:${server.port}`;
    return { server, args: ['--ca', ca, `${host}/a/b:1`, `${host}/target/b`], host };
  }

  test('is reached with --private-host and --ca, and never by plain HTTP', async () => {
    const { args, host, server } = await inside();
    const { code, err } = await mirror(['plan', '--no-referrers', '--private-host', host, ...args]);
    expect([code, err]).toEqual([0, '']);
    expect(server.seen.length).toBeGreaterThan(0);
  });

  test('is not connected to without it', async () => {
    const { args, server } = await inside();
    const { code, err } = await mirror(['plan', ...args]);
    expect(code).toBe(1);
    expect(err).toContain('is not a public address');
    expect(server.seen).toEqual([]);
  });
});

describe('what cannot be used is wrong usage, in one line', () => {
  const text = join(folder, 'text');
  const broken = join(folder, 'broken');
  beforeAll(() => {
    writeFileSync(text, 'no certificate');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  });
  test.each([
    [
      'a file that is not there',
      ['--ca', '/nowhere/ca.pem'],
      {},
      '--ca /nowhere/ca.pem cannot be read (ENOENT)',
    ],
    ['a file without one', ['--ca', text], {}, 'holds no certificate in PEM'],
    ['a broken one', ['--ca', broken], {}, 'holds a certificate that cannot be read (number 1)'],
    ['a proxy of another kind', [], { HTTPS_PROXY: 'socks5://ann:hunter2@proxy' }, 'HTTPS_PROXY is not'],
  ])('%s', async (_what, args, env, line) => {
    const { code, err } = await mirror(['plan', ...args, 'nginx', 'registry.example.com/nginx'], { env });
    expect(code).toBe(2);
    expect(err).toContain(line);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toContain('hunter2');
  });
});

describe('an account of docker login that is no longer good', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('does not keep a public image away, and is named on stderr', async () => {
    const docker = join(folder, 'stale');
    mkdirSync(docker);
    const auth = Buffer.from(`${SAMPLE_ACCOUNT.user}:hunter2`).toString('base64');
    writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [world.host]: { auth } } }));
    const args = [
      'plan',
      ...world.insecure,
      `${world.host}/library/small:latest`,
      `${world.ecr.registryHost}/x/y`,
    ];
    const { err } = await mirror(args, { env: { DOCKER_CONFIG: docker } });
    expect(err).toContain(
      `mirror: ${world.host} refused the account ${SAMPLE_ACCOUNT.user} of docker login ${world.host} (it does not take the account ${SAMPLE_ACCOUNT.user} (incorrect username or password)); library/small is public and is read without it\n`,
    );
    expect(err).not.toContain('hunter2');
    expect(
      world.hub.calls.filter(({ kind, user }) => kind === 'manifest get' && user !== 'anonymous'),
    ).toEqual([]);
  });
});
