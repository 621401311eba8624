import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import { findStranger } from '../../strangers.ts';
import { type DebianRegistry, startDebianRegistry } from './debian-registry.ts';

const skopeo = findStranger('skopeo');
const registry = findStranger('docker-registry');
const run = promisify(execFile);

let hub: Upstream;
let dir: string;
beforeAll(async () => {
  hub = await startUpstream({ pullLimit: 1000 });
  dir = await mkdtemp(join(tmpdir(), 'strangers-'));
}, 30_000);
afterAll(async () => {
  await hub.close();
  await rm(dir, { recursive: true, force: true });
});

/** Without the machine's own credentials and policies, so that only our answers decide. */
const call = (...args: readonly string[]) =>
  run(skopeo ?? 'skopeo', ['--insecure-policy', ...args], {
    env: { ...process.env, REGISTRY_AUTH_FILE: join(dir, 'auth.json'), HOME: dir },
    maxBuffer: 16 * 1024 * 1024,
    encoding: 'buffer',
  });
const at = (image: string) => `docker://${new URL(hub.url).host}/${image}`;
const inspect = (image: string, ...flags: readonly string[]) =>
  call('inspect', '--tls-verify=false', ...flags, at(image));

(skopeo ? describe : describe.skip)('skopeo', () => {
  test.each([
    ['library/nginx', '1.21-alpine'],
    ['library/nginx', 'latest'],
    ['library/python', '3.9-slim-buster'],
    ['library/busybox', '1.36'],
    ['library/redis', '6.2'],
  ])('inspects %s:%s', async (repository, tag) => {
    const raw = await inspect(`${repository}:${tag}`, '--raw');
    const digest = hub.digestOf(repository, tag);
    expect(digestOf(raw.stdout)).toBe(digest);
    const seen = JSON.parse((await inspect(`${repository}:${tag}`)).stdout.toString());
    expect(seen).toMatchObject({ Digest: digest, Architecture: 'amd64', Os: 'linux' });
    expect(seen.RepoTags).toContain(tag);
    expect(Date.parse(seen.Created)).toBeGreaterThan(Date.parse('2022-01-01'));
  });

  test('is refused a private image without the account and a missing one with it', async () => {
    const creds = `${SAMPLE_ACCOUNT.user}:${SAMPLE_ACCOUNT.secret}`;
    await expect(inspect('acme/private-base:1.0')).rejects.toMatchObject({ code: 1 });
    await expect(inspect('acme/missing:1.0', '--creds', creds)).rejects.toMatchObject({ code: 1 });
    const seen = JSON.parse((await inspect('acme/private-base:1.0', '--creds', creds)).stdout.toString());
    expect(seen.Digest).toBe(hub.digestOf('acme/private-base', '1.0'));
  });
});

(skopeo && registry ? describe : describe.skip)("skopeo and Debian's docker-registry", () => {
  let debian: DebianRegistry;
  beforeAll(async () => {
    debian = await startDebianRegistry(registry ?? '');
  });
  afterAll(() => debian.close());

  // skopeo hashes every blob and compares each layer with its diff_id while it copies.
  test.each([
    ['library/nginx', '1.21-alpine'],
    ['library/busybox', '1.36'],
    ['library/redis', '6.2'],
  ])(
    'copy --all takes %s:%s over with its digest',
    async (repository, tag) => {
      const to = `docker://${debian.host}/${repository}:${tag}`;
      const flags = ['--all', '--src-tls-verify=false', '--dest-tls-verify=false'];
      await call('copy', ...flags, at(`${repository}:${tag}`), to);
      const raw = await call('inspect', '--tls-verify=false', '--raw', to);
      expect(digestOf(raw.stdout)).toBe(hub.digestOf(repository, tag));
    },
    60_000,
  );
});
