import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage, sampleIndex } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app');
});
afterEach(() => ecr.close());

const image = sampleImage('one');

describe('manifest PUT', () => {
  test('children by digest, then the index by tag; the bytes come back as they were sent', async () => {
    const index = sampleIndex('multi');
    for (const child of index.children) {
      expect((await pusher.pushImage('team/app', child.manifest.digest, child)).status).toBe(201);
    }
    const put = await pusher.putManifest('team/app', 'v1', index.manifest);
    expect([put.status, put.headers['docker-content-digest']]).toEqual([201, index.manifest.digest]);
    const get = await pusher.send('GET', '/v2/team/app/manifests/v1');
    expect(get.headers['content-type']).toBe(MEDIA_TYPE.ociIndex);
    expect(Buffer.from(get.text)).toEqual(index.manifest.bytes);
  });

  test('an address that cannot be decoded is refused like a malformed tag', async () => {
    expect((await pusher.send('GET', '/v2/team/app/manifests/%E0%A4%A')).status).toBe(400);
  });

  test('a missing blob is named', async () => {
    const put = await pusher.putManifest('team/app', 'v1', image.manifest);
    const digests = image.blobs.map((blob) => blob.digest).join(', ');
    expect(put.status).toBe(404);
    expect(put.error).toBe(
      `BLOB_UPLOAD_UNKNOWN: Layers with digests '[${digests}]' required for pushing image into repository with name 'team/app' in the registry with id '${ACCOUNT}' do not exist`,
    );
  });

  test('blobs of another repository do not count', async () => {
    await pusher.createRepository('team/other');
    await pusher.pushImage('team/other', 'v1', image);
    expect((await pusher.putManifest('team/app', 'v1', image.manifest)).status).toBe(404);
  });

  test('a missing child is named', async () => {
    const index = sampleIndex('orphan');
    const put = await pusher.putManifest('team/app', 'v1', index.manifest);
    expect([put.status, put.error]).toEqual([
      404,
      expect.stringContaining(`Images with digests '[${index.children[0]?.manifest.digest}, `),
    ]);
  });

  test('other bytes than the digest in the address are refused', async () => {
    await pusher.pushImage('team/app', 'v1', image);
    const put = await pusher.putManifest('team/app', sampleImage('two').manifest.digest, image.manifest);
    expect([put.status, put.error.split(':')[0]]).toEqual([400, 'DIGEST_INVALID']);
  });

  const layer = blobOf(Buffer.from('layer'));
  const config = descriptorOf('application/vnd.oci.image.config.v1+json', layer);
  const good = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [config] };
  const child = descriptorOf(MEDIA_TYPE.ociManifest, image.manifest);
  const unsupported: [string, string, object | string][] = [
    ['text that is no JSON', MEDIA_TYPE.ociManifest, '{"schemaVersion":2'],
    ['no layers', MEDIA_TYPE.ociManifest, { ...good, layers: [] }],
    ['`data` in a descriptor', MEDIA_TYPE.ociManifest, { ...good, config: { ...config, data: 'e30=' } }],
    [
      'a media type with parameters',
      MEDIA_TYPE.ociManifest,
      { ...good, layers: [{ ...config, mediaType: 'application/x+json;version=0.2' }] },
    ],
    ['a Content-Type unlike its mediaType', MEDIA_TYPE.dockerManifest, good],
    ['a body above 4 MiB', MEDIA_TYPE.ociManifest, { ...good, annotations: { big: 'x'.repeat(4_194_304) } }],
    [
      '`platform.features` in an index',
      MEDIA_TYPE.ociIndex,
      {
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.ociIndex,
        manifests: [{ ...child, platform: { os: 'linux', architecture: 'amd64', features: ['sse4'] } }],
      },
    ],
  ];
  test.each(unsupported)('%s is a 405', async (_, mediaType, document) => {
    await pusher.pushBlob('team/app', layer);
    await pusher.pushImage('team/app', 'child', image);
    const manifest =
      typeof document === 'string'
        ? { ...blobOf(Buffer.from(document)), mediaType }
        : manifestOf(mediaType, document);
    const put = await pusher.putManifest('team/app', 'v1', manifest);
    expect([put.status, put.error]).toEqual([
      405,
      "UNSUPPORTED: Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    ]);
  });
});

describe('tags', () => {
  const immutable: Partial<CreateRepositoryCommandInput> = {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'sha256-*' }],
  };

  test('an immutable tag is refused again, also with the same digest; by digest it is fine', async () => {
    await pusher.createRepository('im/app', immutable);
    await pusher.pushImage('im/app', 'v1', image);
    const again = await pusher.putManifest('im/app', 'v1', image.manifest);
    expect([again.status, again.error]).toEqual([
      400,
      "TAG_INVALID: The image tag 'v1' already exists in the 'im/app' repository and cannot be overwritten because the tag is immutable.",
    ]);
    expect((await pusher.putManifest('im/app', image.manifest.digest, image.manifest)).status).toBe(201);
  });

  test('a tag that fits an exclusion as a whole may move', async () => {
    await pusher.createRepository('im/app', immutable);
    const put = async (tag: string) => {
      await pusher.pushImage('im/app', tag, image);
      return (await pusher.putManifest('im/app', tag, image.manifest)).status;
    };
    expect(await put('sha256-abc')).toBe(201);
    expect(await put('x-sha256-abc')).toBe(400);
  });

  test('a mutable tag moves and leaves the old image without one', async () => {
    const other = sampleImage('two');
    await pusher.pushImage('team/app', 'v1', image);
    await pusher.pushImage('team/app', 'v1', other);
    expect(ecr.admin.images('team/app')).toEqual([
      { digest: image.manifest.digest, tags: [] },
      { digest: other.manifest.digest, tags: ['v1'] },
    ]);
  });

  test('are listed in pages, and more than 1,000 at once is refused', async () => {
    for (const tag of ['a', 'b', 'c']) await pusher.pushImage('team/app', tag, image);
    const first = await pusher.send('GET', '/v2/team/app/tags/list?n=2');
    expect(JSON.parse(first.text)).toEqual({ name: 'team/app', tags: ['a', 'b'] });
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(String(first.headers['link'])) ?? [];
    expect(JSON.parse((await pusher.send('GET', next)).text).tags).toEqual(['c']);
    expect((await pusher.send('GET', '/v2/team/app/tags/list?n=1001')).status).toBe(400);
  });
});

describe('manifest GET', () => {
  test('by tag needs the stored media type among those accepted', async () => {
    await pusher.pushImage('team/app', 'v1', image);
    const docker = { headers: { accept: MEDIA_TYPE.dockerManifest } };
    const byTag = await pusher.send('GET', '/v2/team/app/manifests/v1', docker);
    expect([byTag.status, byTag.error]).toEqual([404, 'MANIFEST_UNKNOWN: Requested image not found']);
    const byDigest = await pusher.send('GET', `/v2/team/app/manifests/${image.manifest.digest}`, docker);
    expect(byDigest.status).toBe(200);
  });

  test('HEAD has headers only, and a tag with + is a 400', async () => {
    await pusher.pushImage('team/app', 'v1', image);
    const head = await pusher.send('HEAD', '/v2/team/app/manifests/v1');
    expect([head.status, head.headers['docker-content-digest'], head.text]).toEqual([
      200,
      image.manifest.digest,
      '',
    ]);
    expect((await pusher.send('HEAD', '/v2/team/app/manifests/none')).text).toBe('');
    expect((await pusher.send('GET', '/v2/team/app/manifests/v1+meta')).status).toBe(400);
  });

  test('there is no DELETE', async () => {
    await pusher.pushImage('team/app', 'v1', image);
    expect((await pusher.send('DELETE', '/v2/team/app/manifests/v1')).status).toBe(405);
  });
});
