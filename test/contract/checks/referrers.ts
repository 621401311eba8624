import { ListImageReferrersCommand } from '@aws-sdk/client-ecr';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage } from '../../local/ecr/sample-image.ts';
import type { Check, Step } from '../check.ts';
import { pushBlob, pushImage, putManifest } from '../samples.ts';

const image = sampleImage('contract subject');
const alone = sampleImage('contract alone');
const TYPE = 'application/spdx+json';
const blob = blobOf(Buffer.from('{"contract":"sbom"}'));
const referrer = manifestOf(MEDIA_TYPE.ociManifest, {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.ociManifest,
  artifactType: TYPE,
  config: descriptorOf('application/vnd.oci.empty.v1+json', blob),
  layers: [descriptorOf(TYPE, blob)],
  subject: descriptorOf(MEDIA_TYPE.ociManifest, image.manifest),
});

const pushed: readonly Step[] = [
  ...pushImage('subject', image),
  ...pushBlob(blob),
  putManifest(referrer.digest, referrer, {
    expect: { status: 201, headers: { 'oci-subject': new RegExp(`^${image.manifest.digest}$`) } },
  }),
];
const list = (query: string, expect: Extract<Step, { kind: 'http' }>['expect']): Step => ({
  kind: 'http',
  method: 'GET',
  url: `/v2/{mutable}/referrers/${image.manifest.digest}${query}`,
  expect,
});

export const REFERRERS: readonly Check[] = [
  {
    name: 'a manifest with a subject is listed under it with its artifact type',
    steps: [
      ...pushed,
      list('', {
        status: 200,
        headers: { 'content-type': /^application\/vnd\.oci\.image\.index\.v1\+json/ },
        body: new RegExp(referrer.digest),
      }),
      list('', { status: 200, body: /"artifactType": ?"application\/spdx\+json"/ }),
      {
        kind: 'api',
        operation: 'ListImageReferrers',
        call: ({ sdk, names }) =>
          sdk.send(
            new ListImageReferrersCommand({
              repositoryName: names.mutable,
              subjectId: { imageDigest: image.manifest.digest },
            }),
          ),
        expect: {
          kind: 'output',
          fields: { 'referrers.0.digest': referrer.digest, 'referrers.0.artifactType': TYPE },
        },
      },
    ],
  },
  {
    name: 'the list is filtered by artifact type, and says so',
    steps: [
      ...pushed,
      list('?artifactType=application%2Fnone', {
        status: 200,
        headers: { 'oci-filters-applied': /artifactType/ },
        body: /"manifests": ?\[\]/,
      }),
    ],
  },
  {
    name: 'what nobody refers to has an empty list',
    steps: [
      ...pushImage('alone', alone),
      {
        kind: 'http',
        method: 'GET',
        url: `/v2/{mutable}/referrers/${alone.manifest.digest}`,
        expect: { status: 200, body: /"manifests": ?\[\]/ },
      },
    ],
  },
];
