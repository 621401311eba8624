import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { LOCAL_REGION } from '../../local/start.ts';
import { startUpstream } from '../../local/upstream/start.ts';
import { startDebianRegistry } from '../local/upstream/debian-registry.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { findStranger } from '../strangers.ts';
import { approve, ask, settled, type Stage, startStage, threadOf } from './stage.ts';

const run = promisify(execFile);
const skopeo = findStranger('skopeo');
const registry = findStranger('docker-registry');

async function mirror(stage: Stage, text: string): Promise<void> {
  const id = await ask(stage, text);
  await approve(stage, id);
  await threadOf(stage, id, 'In ECR');
  await settled(stage, id);
}

async function tokenOf({ local }: Stage): Promise<string> {
  const client = new ECRClient({
    region: LOCAL_REGION,
    endpoint: local.ecr.apiUrl,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' },
  });
  const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}));
  client.destroy();
  return Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64').toString('utf8');
}

const when = (present: boolean) => (present ? test : test.skip);

when(skopeo !== undefined)(
  'skopeo, with the token of GetAuthorizationToken, reads the digest that was approved',
  async () => {
    const stage = await startStage();
    try {
      await mirror(stage, '/mirror nginx:1.21-alpine base-images/nginx');
      const image = `docker://${stage.local.ecr.registryHost}/base-images/nginx:1.21-alpine`;
      const args = ['inspect', '--tls-verify=false', '--creds', await tokenOf(stage), image];
      const { stdout } = await run(skopeo ?? '', args);
      const seen: { Digest: string; Architecture: string } = JSON.parse(stdout);
      expect(seen.Digest).toBe(stage.hub.digestOf('library/nginx', '1.21-alpine'));
      expect(seen.Architecture).toBe('amd64');
    } finally {
      await stage.close();
    }
  },
);

when(skopeo !== undefined && registry !== undefined)(
  'what skopeo put into docker-registry is mirrored with its digests: an index with attestations and a single image',
  async () => {
    const hub = await startUpstream({ images: smallImages });
    const source = await startDebianRegistry(registry ?? '');
    const stage = await startStage({
      configure: (config) => ({
        ...config,
        sources: ['docker.io', source.host],
        registries: { ...config.registries, [source.host]: { insecure: true } },
      }),
    });
    try {
      for (const image of ['library/nginx:1.21-alpine', 'library/redis:6.2']) {
        const [repository = '', tag = ''] = image.split(':');
        const from = `docker://${new URL(hub.url).host}/${image}`;
        const to = `docker://${source.host}/${image}`;
        const flags = ['--all', '--preserve-digests', '--src-tls-verify=false', '--dest-tls-verify=false'];
        await run(skopeo ?? '', ['copy', ...flags, from, to]);
        const app = repository.split('/').at(-1) ?? '';
        await mirror(stage, `/mirror ${source.host}/${image} base-images/${app}`);
        expect(stage.local.ecr.admin.tags(`base-images/${app}`).get(tag)).toBe(hub.digestOf(repository, tag));
      }
      const digest = hub.digestOf('library/nginx', '1.21-alpine');
      const index: { manifests: { digest: string }[] } = JSON.parse(
        stage.local.ecr.admin.manifest('base-images/nginx', digest)?.bytes.toString('utf8') ?? '{}',
      );
      const stored = stage.local.ecr.admin.images('base-images/nginx').map((image): string => image.digest);
      expect(index.manifests).toHaveLength(3);
      expect(stored).toEqual(expect.arrayContaining(index.manifests.map((child) => child.digest)));
    } finally {
      await stage.close();
      await source.close();
      await hub.close();
    }
  },
);
