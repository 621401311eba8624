import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Digest, digestPrefix } from '../../core/oci/digest.ts';
import { parseManifest } from '../../core/oci/manifest.ts';
import { createPusher } from '../local/ecr/push.ts';
import { smallIndex } from '../local/upstream/small-images.ts';
import { repliesOf, seen, textOf } from './person.ts';
import { smuggle } from './smuggle.ts';
import { approve, ask, cardOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** What goes wrong on the way: what passes goes on by itself, what stays is told with its cause. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ timing: { tellDelayMs: 1_000, copyAttempts: 2 } });
});
afterEach(() => {
  stage.hub.faults.registry.clear();
  stage.hub.faults.blobs.clear();
  stage.local.ecr.faults.registry.clear();
});
afterAll(() => stage.close());

let count = 0;
async function waiting(source: string): Promise<{ id: string; repository: string }> {
  count += 1;
  const repository = `base-images/trouble-${count}`;
  const id = await ask(stage, `/mirror ${source} ${repository}`);
  await cardOf(stage, id, 'waiting for');
  return { id, repository };
}
const tooMany = (retryAfter: string) =>
  ({
    kind: 'status',
    status: 429,
    headers: { 'retry-after': retryAfter, 'content-type': 'application/json' },
    body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
  }) as const;
const isBlob = ({ url }: { url?: string | undefined }): boolean => url?.includes('/blobs/') ?? false;
/** The largest blob of what a tag of the sample Hub means: it is a layer. */
function layerOf(repository: string): Digest {
  const stored = stage.local.ecr.admin.images(repository)[0];
  const image = stored && stage.local.ecr.admin.manifest(repository, stored.digest);
  const manifest = image && parseManifest(image.bytes, image.mediaType);
  if (manifest?.kind !== 'image') throw new Error('no single image there');
  const [layer] = manifest.layers;
  if (!layer) throw new Error('no layer');
  return layer.digest;
}

describe("Docker Hub's pull limit", () => {
  test('at the look-up: the requester reads when it goes on, and it does', async () => {
    stage.hub.faults.registry.add({
      ...tooMany('0'),
      match: ({ url }) => url?.includes('/manifests/') ?? false,
      times: 3,
    });
    stage.hub.faults.registry.add({
      ...tooMany('2'),
      match: ({ url }) => url?.includes('/manifests/') ?? false,
    });
    const id = await ask(stage, '/mirror redis:6.2 base-images/limited');
    const line = await told(stage, 'pull limit');
    expect(line).toContain("Docker Hub's pull limit is used up");
    expect(line).toMatch(/looked up again by itself, <!date\^\d+/);
    const card = await cardOf(stage, id, 'waiting for');
    expect(textOf(card)).toContain('redis:6.2');
    await stage.bob.click(card, 'deny');
  });

  test('at the copy: the card says when it goes on, and nobody has to do anything', async () => {
    const { id, repository } = await waiting('redis:6.2');
    stage.hub.faults.registry.add({ ...tooMany('0'), match: isBlob, times: 3 });
    stage.hub.faults.registry.add({ ...tooMany('2'), match: isBlob, times: 10 });
    await approve(stage, id);
    const waits = await cardOf(stage, id, 'pull limit');
    stage.hub.faults.registry.clear();
    expect(textOf(waits)).toMatch(
      /Docker Hub's pull limit is used up\. The copy goes on by itself <!date\^\d+/,
    );
    const done = await threadOf(stage, id, 'Scan of');
    expect(done.replies).toHaveLength(3);
    expect(stage.local.ecr.admin.tags(repository).size).toBe(1);
    const item = await settled(stage, id);
    expect(item.events.map(({ type }) => type)).not.toContain('failed');
    expect(item.images['1']?.attempt).toBe(2);
  });
});

describe('what was approved is what is copied, or nothing', () => {
  test('a tag that moves between approval and copy changes nothing: the pinned digest is copied, and the thread says that the tag has moved', async () => {
    const { id, repository } = await waiting('nginx:1.22-alpine');
    const pinned = stage.hub.digestOf('library/nginx', '1.22-alpine');
    stage.hub.addImage({ ...smallIndex('moved'), tags: ['1.22-alpine'] });
    expect(stage.hub.digestOf('library/nginx', '1.22-alpine')).not.toBe(pinned);
    await approve(stage, id);
    const { replies } = await threadOf(stage, id, 'In ECR');
    expect(stage.local.ecr.admin.tags(repository).get('1.22-alpine')).toBe(pinned);
    const to = digestPrefix(stage.hub.digestOf('library/nginx', '1.22-alpine'));
    const said = replies.map(textOf).join('\n');
    expect(said).toContain('nginx:1.22-alpine has moved since the look-up');
    expect(said).toContain(`/mirror nginx:1.22-alpine ${repository}:1.22-alpine-${to}`);
  });

  test('a digest that is gone when it is copied: nothing is tagged, and the way to the present one', async () => {
    const { id, repository } = await waiting('redis:6.2');
    const gone = '{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}';
    stage.hub.faults.registry.add({ kind: 'status', status: 404, body: gone, match: isBlob, times: 99 });
    await approve(stage, id);
    const reply = repliesOf(await threadOf(stage, id, '✕')).join('\n');
    expect(reply).toMatch(
      /redis:6\.2 at sha256:\w+…\w+ is no longer on Docker Hub: what was approved cannot be copied/,
    );
    expect(reply).toContain('Ask for the image again');
    expect(reply).not.toContain('Retry');
    expect(stage.local.ecr.admin.tags(repository).size).toBe(0);
    expect((await settled(stage, id)).images['1']?.failure?.code).toBe('sourceGone');
  });

  test('one flipped byte is sent again; bytes that stay wrong are told, and nothing is tagged', async () => {
    const good = await waiting('redis:6.2');
    const layer = layerOf('base-images/trouble-1');
    stage.hub.damageBlob(layer, { kind: 'flip', atByte: 1_000 });
    await approve(stage, good.id);
    await threadOf(stage, good.id, 'In ECR');
    const bad = await waiting('redis:6.2');
    stage.hub.damageBlob(layer, { kind: 'flip', atByte: 1_000 }, 99);
    await approve(stage, bad.id);
    expect(textOf(await cardOf(stage, bad.id, 'do not match their digest'))).toContain('Docker Hub');
    const reply = repliesOf(await threadOf(stage, bad.id, '✕')).join('\n');
    expect(reply).toContain('do not match their digest');
    expect(reply).toContain('Nothing was tagged');
    expect(stage.local.ecr.admin.images(bad.repository)).toEqual([]);
  });

  test('a tag that somebody put while the request waited: the thread shows both digests and the command for both', async () => {
    const { id, repository } = await waiting('nginx:1.21-alpine');
    const first = { repository: 'base-images/trouble-1', tag: '6.2' };
    await smuggle(stage, first, { repository, tag: '1.21-alpine' });
    await approve(stage, id);
    const reply = repliesOf(await threadOf(stage, id, '✕')).join('\n');
    const wanted = stage.hub.digestOf('library/nginx', '1.21-alpine');
    const holds = stage.local.ecr.admin.tags(repository).get('1.21-alpine') ?? '';
    expect(reply).toContain(wanted.slice(0, 11));
    expect(reply).toContain(holds.slice(0, 11));
    expect(reply).toContain(`/mirror nginx:1.21-alpine ${repository}:1.21-alpine-${wanted.slice(7, 19)}`);
    expect((await settled(stage, id)).images['1']?.failure?.code).toBe('tagHoldsOther');
    expect(stage.local.ecr.admin.tags(repository).get('1.21-alpine')).toBe(holds);
  });

  test('a tag that is moved right after it was put: told with both digests, and no success', async () => {
    const { id, repository } = await waiting('nginx:1.21-alpine');
    const { admin, faults } = stage.local.ecr;
    const pusher = await createPusher(stage.local.ecr);
    await pusher.createRepository(repository, { imageTagMutability: 'MUTABLE' });
    pusher.sdk.destroy();
    const moved = Promise.withResolvers<void>();
    const isTag = ({ method, url }: { method?: string | undefined; url?: string | undefined }) =>
      method === 'PUT' && url === `/v2/${repository}/manifests/1.21-alpine`;
    faults.registry.add({ kind: 'hold', release: moved.promise, match: isTag });
    await approve(stage, id);
    const wanted = stage.hub.digestOf('library/nginx', '1.21-alpine');
    await seen(stage.slack, async () => admin.tags(repository).get('1.21-alpine') === wanted || undefined);
    const other = { repository: 'base-images/trouble-1', tag: '6.2' };
    await smuggle(stage, other, { repository, tag: '1.21-alpine' });
    moved.resolve();
    const reply = repliesOf(await threadOf(stage, id, '✕')).join('\n');
    const holds = admin.tags(repository).get('1.21-alpine') ?? '';
    expect(reply).toContain(wanted.slice(0, 11));
    expect(reply).toContain(holds.slice(0, 11));
    expect((await settled(stage, id)).images['1']).toMatchObject({
      state: 'failed',
      failure: { code: 'tagHoldsOther' },
    });
  });
});

test('a registry token that ends while the bytes flow is renewed, and nobody hears of it', async () => {
  const { id } = await waiting('nginx:1.21-alpine');
  const { calls, admin, faults } = stage.local.ecr;
  const logins = () => calls.filter(({ action }) => action === 'ecr:GetAuthorizationToken').length;
  const before = logins();
  let expired = false;
  faults.registry.add({
    kind: 'cut',
    // Expires the token at the second upload and lets every request through.
    match: ({ method, url }) => {
      if (method === 'PUT' && url?.includes('/uploads/') && !expired) {
        expired = true;
        admin.expireTokens();
      }
      return false;
    },
  });
  await approve(stage, id);
  const done = await threadOf(stage, id, 'Scan of');
  expect(expired).toBe(true);
  expect(done.replies).toHaveLength(3);
  expect(logins()).toBe(before + 1);
  expect((await settled(stage, id)).images['1']).toMatchObject({ state: 'copied', attempt: 1 });
});
