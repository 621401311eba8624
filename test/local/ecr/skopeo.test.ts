import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { findStranger } from '../../strangers.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { descriptorOf, type SampleIndex, sampleIndex } from './sample-image.ts';

const skopeo = findStranger('skopeo');
const testWithSkopeo = skopeo ? test : test.skip;
const run = (args: readonly string[]) => promisify(execFile)(skopeo ?? '', ['--insecure-policy', ...args]);

let ecr: EcrStandIn;
let pusher: Pusher;
let folder = '';
let credentials = '';

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION });
  pusher = await createPusher(ecr);
  credentials = Buffer.from(pusher.authorization.slice('Basic '.length), 'base64').toString();
  folder = mkdtempSync(join(tmpdir(), 'skopeo-'));
  await pusher.createRepository('team/app', { imageTagMutability: 'IMMUTABLE' });
});
afterEach(async () => {
  await ecr.close();
  rmSync(folder, { recursive: true });
});

const pushWith = (layout: string, tag: string) =>
  run([
    'copy',
    '--all',
    '--preserve-digests',
    '--dest-tls-verify=false',
    `--dest-creds=${credentials}`,
    `oci:${layout}:v1`,
    `docker://${ecr.registryHost}/team/app:${tag}`,
  ]);

testWithSkopeo(
  'skopeo copies a multi-platform image in, and every digest stays',
  async () => {
    const index = sampleIndex('stranger');
    await pushWith(writeLayout(folder, index), 'v1');
    expect(ecr.admin.tags('team/app')).toEqual(new Map([['v1', index.manifest.digest]]));
    const digests = ecr.admin.images('team/app').map((image) => image.digest);
    expect(digests).toEqual([...index.children.map((child) => child.manifest.digest), index.manifest.digest]);
    for (const { digest, bytes } of index.children.flatMap((child) => child.blobs)) {
      expect(await ecr.admin.blob('team/app', digest)).toEqual(bytes);
    }
  },
  30_000,
);

testWithSkopeo(
  'skopeo inspects and copies out what was pushed',
  async () => {
    const index = sampleIndex('inspected');
    for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
    await pusher.putManifest('team/app', 'v1', index.manifest);
    const source = `docker://${ecr.registryHost}/team/app:v1`;
    const { stdout } = await run(['inspect', '--tls-verify=false', `--creds=${credentials}`, source]);
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: index.manifest.digest,
      RepoTags: ['v1'],
      Os: 'linux',
      Labels: { text: expect.stringContaining('inspected') },
    });
    const target = `oci:${join(folder, 'out')}:v1`;
    await run(['copy', '--all', '--src-tls-verify=false', `--src-creds=${credentials}`, source, target]);
  },
  30_000,
);

testWithSkopeo(
  'skopeo is refused a second push of an immutable tag',
  async () => {
    const layout = writeLayout(folder, sampleIndex('again'));
    await pushWith(layout, 'v1');
    const first = ecr.admin.tags('team/app');
    // skopeo takes TAG_INVALID for a media type that the registry refuses and complains about that instead.
    await expect(pushWith(layout, 'v1')).rejects.toMatchObject({ code: 1 });
    const puts = ecr.calls.filter(
      (call) => call.path === '/v2/team/app/manifests/v1' && call.method === 'PUT',
    );
    expect(puts.map((call) => call.status)).toEqual([201, 400]);
    expect(ecr.admin.tags('team/app')).toEqual(first);
  },
  30_000,
);

/** An OCI image layout (image-spec image-layout.md). */
function writeLayout(parent: string, index: SampleIndex): string {
  const layout = join(parent, 'layout');
  const blobs = join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const files = [index.manifest, ...index.children.flatMap((child) => [child.manifest, ...child.blobs])];
  for (const { digest, bytes } of files) writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const entry = {
    ...descriptorOf(index.manifest.mediaType, index.manifest),
    annotations: { 'org.opencontainers.image.ref.name': 'v1' },
  };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return layout;
}
