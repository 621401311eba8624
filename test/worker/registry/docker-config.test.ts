import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { dockerAccounts } from '../../../worker/registry/docker-config.ts';

const root = mkdtempSync(join(tmpdir(), 'mirror-docker-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

interface World {
  readonly config: unknown;
  /** Shell text by helper name. */
  readonly helpers?: Readonly<Record<string, string>>;
}

/** A home with Docker's config.json in it and helpers on the PATH. */
function world({ config, helpers = {} }: World) {
  made += 1;
  const home = join(root, `home${made}`);
  const bin = join(home, 'bin');
  mkdirSync(join(home, '.docker'), { recursive: true });
  mkdirSync(bin);
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  writeFileSync(join(home, '.docker', 'config.json'), text);
  for (const [name, script] of Object.entries(helpers)) {
    const file = join(bin, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  const env = { PATH: `${bin}:/usr/bin:/bin` };
  return { home, env, bin, path: join(home, '.docker', 'config.json') };
}

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const answers = (user: string, secret: string): string =>
  `read server\necho "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"${user}\\",\\"Secret\\":\\"${secret} for $server\\"}"`;

describe('auths', () => {
  test.each([
    ['docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'index.docker.io'],
    ['docker.io', 'docker.io'],
    ['docker.io', 'https://registry-1.docker.io/v2/'],
    ['ghcr.io', 'ghcr.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['ghcr.io', 'https://ghcr.io/v2/'],
    ['registry.example.com:5000', 'http://registry.example.com:5000/'],
  ])('of %s are found under %s', async (host, key) => {
    const { home, env } = world({ config: { auths: { [key]: { auth: b64('acme:pass:word') } } } });
    const { keychain, problems } = await dockerAccounts({ hosts: [host], home, env });
    expect(keychain(host)).toEqual({ user: 'acme', secret: 'pass:word' });
    expect(problems).toEqual([]);
  });

  test.each([
    ['docker.io', 'https://index.docker.io/v1/refresh-token'],
    ['ghcr.io', 'evil-ghcr.io'],
    ['ghcr.io', 'https://ghcr.io.example.com'],
    ['ghcr.io', 'ghcr.io:8443'],
    ['ghcr.io', 'ghcr.io/acme'],
    ['registry.example.com', 'example.com'],
  ])('of %s are not those of %s', async (host, key) => {
    const { home, env } = world({ config: { auths: { [key]: { auth: b64('acme:word') } } } });
    const { keychain } = await dockerAccounts({ hosts: [host], home, env });
    expect(keychain(host)).toBeUndefined();
  });

  test('may spell user and password out', async () => {
    const { home, env } = world({ config: { auths: { 'ghcr.io': { username: 'acme', password: 'word' } } } });
    const { keychain } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect(keychain('ghcr.io')).toEqual({ user: 'acme', secret: 'word' });
  });

  test('with an identity token are for the token service alone', async () => {
    const token = { auth: b64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'very-secret' };
    const config = { auths: { 'acme.azurecr.io': token, 'registry.example.com': token } };
    const { home, env } = world({ config });
    const { keychain, problems } = await dockerAccounts({ hosts: Object.keys(config.auths), home, env });
    expect(keychain('acme.azurecr.io')).toEqual({
      user: '00000000-0000-0000-0000-000000000000',
      secret: 'very-secret',
      identity: true,
    });
    expect(keychain('registry.example.com')).toEqual({
      user: '<token>',
      secret: 'very-secret',
      identity: true,
    });
    expect(problems).toEqual([]);
  });

  test('whose helper says <token> hold an identity token', async () => {
    const { home, env } = world({
      config: { credsStore: 'store' },
      helpers: { store: answers('<token>', 'id') },
    });
    const { keychain } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect(keychain('ghcr.io')).toEqual({ user: '<token>', secret: 'id for ghcr.io', identity: true });
  });

  test('that are empty are nobody', async () => {
    const { home, env } = world({ config: { auths: { 'ghcr.io': {} } } });
    const { keychain, problems } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect([keychain('ghcr.io'), problems]).toEqual([undefined, []]);
  });

  test('that are not base64 of user:password are told without their content', async () => {
    const { home, env } = world({ config: { auths: { 'ghcr.io': { auth: b64('hunter2') } } } });
    const { keychain, problems } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect(keychain('ghcr.io')).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/ghcr\.io is used without an account: its auth is not/)]);
    expect(problems.join()).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});

describe('helpers', () => {
  test('get the host on stdin; the host’s own comes before the store, the store before auths', async () => {
    const { home, env } = world({
      config: {
        auths: { 'ghcr.io': { auth: b64('file:word') } },
        credHelpers: { 'registry.example.com': 'own' },
        credsStore: 'store',
      },
      helpers: { own: answers('own', 'secret'), store: answers('store', 'secret') },
    });
    const hosts = ['registry.example.com', 'ghcr.io', 'docker.io'];
    const { keychain, problems } = await dockerAccounts({ hosts, home, env });
    expect(problems).toEqual([]);
    expect(hosts.map(keychain)).toEqual([
      { user: 'own', secret: 'secret for registry.example.com' },
      { user: 'store', secret: 'secret for ghcr.io' },
      { user: 'store', secret: 'secret for https://index.docker.io/v1/' },
    ]);
  });

  test('are asked for the hosts of this run only', async () => {
    const { home, env, bin } = world({
      config: { credsStore: 'store' },
      helpers: { store: 'read server; echo "$server" >> "$0.asked"; echo nothing; exit 1' },
    });
    await dockerAccounts({ hosts: ['ghcr.io', 'ghcr.io'], home, env });
    expect(readFileSync(join(bin, 'docker-credential-store.asked'), 'utf8')).toBe('ghcr.io\n');
  });

  test('that know nothing of a host leave it to auths', async () => {
    const { home, env } = world({
      config: { credsStore: 'store', auths: { 'ghcr.io': { auth: b64('file:word') } } },
      helpers: { store: 'echo "credentials not found in native keychain"; exit 1' },
    });
    const { keychain, problems } = await dockerAccounts({ hosts: ['ghcr.io', 'quay.io'], home, env });
    expect(keychain('ghcr.io')).toEqual({ user: 'file', secret: 'word' });
    expect([keychain('quay.io'), problems]).toEqual([undefined, []]);
  });

  test.each([
    [
      'ended with code 3',
      'echo hunter2 >&2; echo hunter2; exit 3',
      /docker-credential-store ended with code 3$/,
    ],
    ['is no JSON', 'echo hunter2', /did not answer with a Username and a Secret$/],
    ['takes too long', 'sleep 30', /did not answer within 0\.2 s$/],
    ['is missing', undefined, /docker-credential-store is not on the PATH$/],
  ])('whose answer %s: one line without its words, and nobody’s account', async (_what, script, line) => {
    const { home, env } = world({
      config: { credsStore: 'store' },
      helpers: script === undefined ? {} : { store: script },
    });
    const asked = await dockerAccounts({
      hosts: ['ghcr.io'],
      home,
      env,
      helperTimeoutMs: script?.startsWith('sleep') ? 200 : 5_000,
    });
    expect(asked.keychain('ghcr.io')).toBeUndefined();
    expect(asked.problems).toEqual([expect.stringMatching(line)]);
    expect(asked.problems.join()).not.toContain('hunter2');
  });

  test('with a path in their name are not run', async () => {
    const { home, env, bin } = world({ config: { credsStore: '../evil' }, helpers: {} });
    writeFileSync(join(bin, 'evil'), '#!/bin/sh\ntouch "$0.ran"\n', { mode: 0o755 });
    const { problems } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect(problems).toEqual([expect.stringContaining("the helper's name is not a program's name")]);
  });
});

describe('the file', () => {
  test('is where DOCKER_CONFIG says', async () => {
    const { home, env } = world({ config: { auths: { 'ghcr.io': { auth: b64('moved:word') } } } });
    const moved = { ...env, DOCKER_CONFIG: join(home, '.docker') };
    const { keychain } = await dockerAccounts({ hosts: ['ghcr.io'], home: '/nowhere', env: moved });
    expect(keychain('ghcr.io')?.user).toBe('moved');
  });

  test('need not be there', async () => {
    const { keychain, problems } = await dockerAccounts({ hosts: ['ghcr.io'], home: '/nowhere', env: {} });
    expect([keychain('ghcr.io'), problems]).toEqual([undefined, []]);
  });

  test.each([
    [
      '{"auths": {"ghcr.io": {"auth": "aHVudGVyMg==',
      /config\.json is not JSON: registries are used without an account$/,
    ],
    ['{"auths": {"ghcr.io": {"auth": 7}}}', /is not Docker's config\.json \(auths\.ghcr\.io\.auth\)/],
  ])('%s is one line, and everybody is anonymous', async (config, line) => {
    const { home, env } = world({ config });
    const { keychain, problems } = await dockerAccounts({ hosts: ['ghcr.io'], home, env });
    expect(keychain('ghcr.io')).toBeUndefined();
    expect(problems.join('\n')).toMatch(line);
    expect(problems.length).toBe(1);
    expect(problems.join()).not.toContain('aHVudGVyMg');
  });
});
