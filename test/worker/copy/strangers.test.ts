import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import { checkTag } from '../../../worker/copy/put-tag.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { openRegistry, type Registry } from '../../../worker/registry/registry.ts';
import { findStranger } from '../../strangers.ts';
import { handClock } from '../registry/test-registry.ts';
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts';
import { type EcrTarget, startEcrTarget } from './ecr.ts';
import { type Hub, startHub } from './hub.ts';
import { mirror } from './mirror.ts';
import { TRANSFERS } from './transfers.ts';

const run = promisify(execFile);
const program = findStranger('docker-registry');
const skopeo = findStranger('skopeo');
const describeIfThere = program === undefined ? describe.skip : describe;

describeIfThere.each(TRANSFERS)('with Debian’s docker-registry, through %s', (_way, by) => {
  const mirrored: typeof mirror = (source, target, options) =>
    mirror(source, target, { transfer: by, ...options });

  let hub: Hub;
  let stranger: DockerRegistry;
  let registry: Registry;
  let ecr: EcrTarget;
  beforeAll(async () => {
    hub = await startHub();
    stranger = await startDockerRegistry(program ?? '');
    const { host } = stranger;
    registry = openRegistry({
      endpoint: registryEndpoint(host, { [host]: { insecure: true } }),
      clock: handClock(),
    });
    ecr = await startEcrTarget(['from-stranger']);
  });
  afterAll(async () => {
    await registry.close();
    await stranger.close();
    await ecr.close();
    await hub.close();
  });

  test.each(['library/small', 'library/docker-list', 'library/single', 'library/docker-single'])(
    '%s arrives with the digest of the source',
    async (repository) => {
      const source = hub.registry.repository(repository);
      const target = registry.repository(repository);
      const { digest, outcome } = await mirrored(source, target, { tag: '1' });
      expect(outcome).toEqual({ kind: 'tagged' });
      expect(await checkTag(target, { tag: '1', digest })).toEqual({ kind: 'same' });
      expect(digest).toBe(hub.upstream.digestOf(repository, '1'));
      expect(await target.listTags()).toEqual(['1']);
    },
  );

  test('a second copy fetches no blob', async () => {
    const source = hub.registry.repository('library/small');
    await mirrored(source, registry.repository('twice'), { tag: '1' });
    const before = hub.upstream.calls.length;
    const { plan } = await mirrored(source, registry.repository('twice'), { tag: '1' });
    expect(plan.blobs).toEqual([]);
    expect(hub.upstream.calls.slice(before).filter(({ kind }) => kind.startsWith('blob'))).toEqual([]);
  });

  test('a manifest whose blobs are missing brings them along', async () => {
    const source = hub.registry.repository('library/small');
    const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
    const plan = { ...planCopy(tree), blobs: [] };
    const target = registry.repository('believed');
    await copyImage({ transfer: by, source, target, tree, plan });
    expect((await target.headManifest(plan.rootDigest))?.digest).toBe(plan.rootDigest);
  });

  test('what it serves goes on into ECR unchanged', async () => {
    await mirrored(hub.registry.repository('library/small'), registry.repository('on'), { tag: '1' });
    const target = ecr.registry.repository('from-stranger');
    const { digest } = await mirrored(registry.repository('on'), target, { tag: '1' });
    expect(ecr.ecr.admin.tags('from-stranger').get('1')).toBe(digest);
    expect(digest).toBe(hub.upstream.digestOf('library/small', '1'));
  });

  (skopeo === undefined ? test.skip : test)('skopeo reads back what we put there', async () => {
    const { digest } = await mirrored(hub.registry.repository('library/small'), registry.repository('read'), {
      tag: '1',
    });
    const image = `docker://${stranger.host}/read:1`;
    const args = [
      '--override-arch',
      'amd64',
      'inspect',
      '--tls-verify=false',
      '--format',
      '{{.Digest}}',
      image,
    ];
    const { stdout } = await run(skopeo ?? '', args);
    expect(stdout.trim()).toBe(digest);
  });
});
