import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;

const start = async (referrers: Parameters<typeof startEcr>[0]['referrers'] = { pageSize: 2 }) => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, referrers });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app');
};
beforeEach(() => start());
afterEach(() => ecr.close());

const image = sampleImage('subject');
const SIGNATURE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SBOM = 'application/spdx+json';

/** Pushed by digest, as clients do. */
async function pushReferrer(artifactType: string, text: string) {
  const blob = blobOf(Buffer.from(text));
  const manifest = manifestOf(MEDIA_TYPE.ociManifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    artifactType,
    config: descriptorOf('application/vnd.oci.empty.v1+json', blob),
    layers: [descriptorOf(artifactType, blob)],
    subject: descriptorOf(MEDIA_TYPE.ociManifest, image.manifest),
    annotations: { text },
  });
  const put = await pusher.pushImage('team/app', manifest.digest, { manifest, blobs: [blob] });
  return { manifest, put };
}
const list = async (query = '') => {
  const sent = await pusher.send('GET', `/v2/team/app/referrers/${image.manifest.digest}${query}`);
  return { ...sent, manifests: JSON.parse(sent.text).manifests };
};

test('a manifest with a subject is listed under it with its artifact type and annotations', async () => {
  await pusher.pushImage('team/app', 'v1', image);
  const { manifest, put } = await pushReferrer(SIGNATURE, 'signed');
  expect([put.status, put.headers['oci-subject']]).toEqual([201, image.manifest.digest]);
  const listed = await list();
  expect([listed.status, listed.headers['content-type']]).toEqual([200, MEDIA_TYPE.ociIndex]);
  expect(listed.manifests).toEqual([
    {
      ...descriptorOf(MEDIA_TYPE.ociManifest, manifest),
      artifactType: SIGNATURE,
      annotations: { text: 'signed' },
    },
  ]);
  const details = await pusher.sdk.send(
    new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [{ imageDigest: manifest.digest }] }),
  );
  expect(details.imageDetails?.[0]).toMatchObject({
    subjectManifestDigest: image.manifest.digest,
    artifactMediaType: SIGNATURE,
  });
});

test('what nobody refers to has an empty list, also where the subject is not there', async () => {
  expect((await list()).manifests).toEqual([]);
  expect((await pusher.send('GET', '/v2/team/app/referrers/latest')).status).toBe(400);
});

test('an archived referrer is not listed', async () => {
  const { manifest } = await pushReferrer(SBOM, 'old');
  await pushReferrer(SBOM, 'new');
  ecr.admin.archiveImage('team/app', manifest.digest);
  const { manifests } = await list();
  expect(manifests.map((each: { annotations: object }) => each.annotations)).toEqual([{ text: 'new' }]);
});

test('an ordinary image is answered without OCI-Subject', async () => {
  const put = await pusher.pushImage('team/app', 'v1', image);
  expect(put.headers['oci-subject']).toBeUndefined();
});

test('the list is filtered by artifact type and comes in pages', async () => {
  for (const text of ['a', 'b', 'c']) await pushReferrer(SIGNATURE, text);
  await pushReferrer(SBOM, 'd');
  const texts = (page: Awaited<ReturnType<typeof list>>): string[] =>
    page.manifests.map((each: { annotations: { text: string } }) => each.annotations.text);
  const first = await list(`?artifactType=${encodeURIComponent(SIGNATURE)}`);
  expect([texts(first), first.headers['oci-filters-applied']]).toEqual([['a', 'b'], 'artifactType']);
  const [, next = ''] = /^<(.+)>; rel="next"$/.exec(String(first.headers['link'])) ?? [];
  const second = await list(next.slice(next.indexOf('?')));
  expect([texts(second), second.headers['link']]).toEqual([['c'], undefined]);
  expect(texts(await list(`?artifactType=${encodeURIComponent(SBOM)}`))).toEqual(['d']);
});

test('a registry without the list answers 404 and says nothing of the subject', async () => {
  await ecr.close();
  await start('none');
  const { put } = await pushReferrer(SIGNATURE, 'old');
  expect([put.status, put.headers['oci-subject']]).toEqual([201, undefined]);
  expect((await pusher.send('GET', `/v2/team/app/referrers/${image.manifest.digest}`)).status).toBe(404);
});
