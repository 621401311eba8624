import { afterEach, describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../core/oci/manifest.ts';
import { referrersTag } from '../../core/oci/referrer.ts';
import type { SampleImage, SampleReferrer } from '../../local/upstream/sample.ts';
import { smallImages, smallIndex } from '../local/upstream/small-images.ts';
import { repliesOf, textOf } from './person.ts';
import {
  approve,
  ask,
  cardOf,
  itemOf,
  settled,
  type Stage,
  type StageOptions,
  startStage,
  threadOf,
  told,
} from './stage.ts';

const SBOMS: SampleReferrer = { what: 'sbom', way: 'subject', of: 'each platform' };
const SIGNATURE: SampleReferrer = { what: 'signature', way: 'cosign tag', of: 'root' };

const signedNginx = (...beside: readonly SampleReferrer[]): SampleImage => ({ ...smallIndex(), beside });

let stage: Stage | undefined;
afterEach(() => stage?.close());
async function start(beside: readonly SampleReferrer[], options: StageOptions = {}): Promise<Stage> {
  const images = [signedNginx(...beside), ...smallImages.slice(1)];
  stage = await startStage({ ...options, hub: { images } });
  return stage;
}

describe('signatures and SBOMs of an image', () => {
  test('are counted on the card, copied with the image, and told of in the thread', async () => {
    const here = await start([SIGNATURE, SBOMS]);
    const { hub, local } = here;
    const id = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    const card = await cardOf(here, id, 'waiting for');
    expect(textOf(card)).toContain('1 attestation · +1 signature, 2 SBOMs');
    await approve(here, id);
    const { replies } = await threadOf(here, id, 'In ECR');
    expect(replies.map(textOf).join('\n')).toContain('1 attestation, +1 signature, 2 SBOMs came along');

    const digest = hub.digestOf('library/nginx', '1.21-alpine');
    const cosign = `${referrersTag(digest)}.sig`;
    expect(local.ecr.admin.tags('base-images/nginx').get(cosign)).toBe(hub.digestOf('library/nginx', cosign));
    const { images } = await settled(here, id);
    const pinned = images['1']?.referrers?.list ?? [];
    expect(pinned).toHaveLength(3);
    for (const each of pinned)
      expect(local.ecr.admin.manifest('base-images/nginx', each.digest)).toBeDefined();
    expect(images['1']?.result?.referrers).toEqual({
      copied: { signature: 1, sbom: 2 },
      refused: 0,
      newer: 0,
    });
  });

  test('that came after the look-up are named and not copied', async () => {
    const here = await start([SBOMS]);
    const id = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    await cardOf(here, id, 'waiting for');
    here.hub.addImage(signedNginx(SBOMS, SIGNATURE));
    await approve(here, id);
    const { replies } = await threadOf(here, id, 'In ECR');
    expect(replies.map(textOf).join('\n')).toContain(
      '1 signature or SBOM has come since the look-up: not approved, so not copied.',
    );
    const cosign = `${referrersTag(here.hub.digestOf('library/nginx', '1.21-alpine'))}.sig`;
    expect(here.local.ecr.admin.tags('base-images/nginx').has(cosign)).toBe(false);
  });

  test('that are none are said to be none', async () => {
    const here = await start([]);
    const id = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    const card = await cardOf(here, id, 'waiting for');
    expect(textOf(card)).toContain('1 attestation, no signature');
  });

  test('of more than eight are pinned by the digest of their list, and all copied', async () => {
    const many = Array.from({ length: 6 }, (_, n): SampleReferrer => ({ ...SBOMS, says: `sbom ${n}` }));
    const here = await start(many);
    const id = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    await cardOf(here, id, '+12 SBOMs');
    await approve(here, id);
    await threadOf(here, id, '+12 SBOMs came along');
    const { images } = await settled(here, id);
    expect(images['1']?.referrers?.list).toBeUndefined();
    expect(images['1']?.referrers?.listDigest).toMatch(/^sha256:/);
  });

  test('that the target refuses do not hold the image up, and the thread says why', async () => {
    const here = await start([SIGNATURE], {
      configure: (config) => ({ ...config, repositories: { tagMutability: 'IMMUTABLE', mutableTags: [] } }),
    });
    const first = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    await approve(here, first);
    await settled(here, first);
    // Another signature of the same digest cannot take the immutable tag of the first one.
    here.hub.addImage(signedNginx({ ...SIGNATURE, says: 'a second signer' }));
    const second = await ask(here, '/mirror nginx:1.22-alpine base-images/nginx:again');
    await approve(here, second);
    const { replies } = await threadOf(here, second, 'In ECR');
    expect(repliesOf({ replies }).join('\n')).toMatch(
      /⚠ 1 signature or SBOM was not copied: the tag sha256-[0-9a-f]{64}\.sig is taken and cannot be moved\./,
    );
    expect(here.local.ecr.admin.tags('base-images/nginx').has('again')).toBe(true);
  });

  test('are a condition where the configuration requires them: nothing is tagged without', async () => {
    const here = await start([SIGNATURE], {
      configure: (config) => ({
        ...config,
        referrers: 'required',
        repositories: { tagMutability: 'IMMUTABLE', mutableTags: [] },
      }),
    });
    const first = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx');
    await approve(here, first);
    await settled(here, first);
    here.hub.addImage(signedNginx({ ...SIGNATURE, says: 'a second signer' }));
    const second = await ask(here, '/mirror nginx:1.22-alpine base-images/nginx:again');
    await approve(here, second);
    await threadOf(here, second, '1 of 1 signatures and SBOMs of nginx:1.22-alpine could not be copied');
    expect(here.local.ecr.admin.tags('base-images/nginx').has('again')).toBe(false);
  });
});

describe('chosen platforms', () => {
  test('one of them keeps its own digest, and the card says that it is not the whole image', async () => {
    const here = await start([SBOMS, SIGNATURE]);
    const id = await ask(here, '/mirror nginx:1.21-alpine base-images/nginx --platform linux/amd64');
    const card = await cardOf(here, id, 'waiting for');
    expect(textOf(card)).toContain('only linux/amd64, as it is');
    // Its own SBOM comes along; the signature is of the whole image.
    expect(textOf(card)).toContain('+1 SBOM');
    await approve(here, id);
    await threadOf(here, id, 'In ECR');
    const { images } = await settled(here, id);
    const image = images['1'];
    expect(image?.sourceDigest).toBe(here.hub.digestOf('library/nginx', '1.21-alpine'));
    expect(image?.targetDigest).not.toBe(image?.sourceDigest);
    expect(here.local.ecr.admin.tags('base-images/nginx').get('1.21-alpine')).toBe(image?.targetDigest);
  });

  test('several are a new index, built at the look-up, said so in words, and approved by its digest', async () => {
    const here = await start([SIGNATURE]);
    const three = { os: 'linux', architecture: 's390x' };
    const [amd64] = smallIndex().platforms;
    if (!amd64) throw new Error('a platform');
    here.hub.addImage({
      ...smallIndex('three'),
      platforms: [...smallIndex('three').platforms, { ...amd64, platform: three, attested: false }],
      beside: [SIGNATURE],
    });
    const id = await ask(
      here,
      '/mirror nginx:1.21-alpine base-images/nginx --platform linux/amd64,linux/arm64',
    );
    const card = await cardOf(here, id, 'waiting for');
    expect(textOf(card)).toContain(
      'a new index of linux/amd64 and linux/arm64: a digest of its own, which no signature of the whole image fits',
    );
    expect(textOf(card)).toContain('no signature');
    const offered = (await itemOf(here, id)).images['1']?.targetDigest;
    await approve(here, id);
    await threadOf(here, id, 'In ECR');
    const stored = here.local.ecr.admin.manifest('base-images/nginx', '1.21-alpine');
    expect(stored?.digest).toBe(offered);
    const index = parseManifest(stored?.bytes ?? Buffer.of(), stored?.mediaType);
    if (index.kind !== 'index') throw new Error('an index');
    // Two platforms and the attestation of the first.
    expect(index.manifests).toHaveLength(3);
  });

  test('that the image has not are refused privately, with those it has and the command for all of it', async () => {
    const here = await start([]);
    await ask(here, '/mirror nginx:1.21-alpine base-images/nginx --platform linux/riscv64');
    const said = await told(here, 'has no linux/riscv64');
    expect(said).toContain('It has linux/amd64, linux/arm64');
    expect(said).toContain('/mirror nginx:1.21-alpine base-images/nginx');
  });
});
