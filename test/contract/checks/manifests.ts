import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage, sampleIndex } from '../../local/ecr/sample-image.ts';
import type { Check, HttpExpectation } from '../check.ts';
import { pushBlob, pushImage, putManifest } from '../samples.ts';

const image = sampleImage('contract manifests');
const absent = sampleImage('contract absent');
const index = sampleIndex('contract orphans');
const layer = blobOf(Buffer.from('contract layer'));
const config = descriptorOf('application/vnd.oci.image.config.v1+json', layer);
const good = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [config] };
const long = 'x'.repeat(4 * 1024 * 1024);
const child = { ...descriptorOf(MEDIA_TYPE.ociManifest, image.manifest) };
const amd64 = { os: 'linux', architecture: 'amd64' };

const UNSUPPORTED: HttpExpectation = {
  status: 405,
  code: 'UNSUPPORTED',
  message: /'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'/,
};

/** What ECR's parser does not take, whatever the specification says. */
const refused: readonly (readonly [string, string, object])[] = [
  ['no layers', MEDIA_TYPE.ociManifest, { ...good, layers: [] }],
  ['`data` in a descriptor', MEDIA_TYPE.ociManifest, { ...good, config: { ...config, data: 'e30=' } }],
  [
    'a media type with parameters',
    MEDIA_TYPE.ociManifest,
    { ...good, layers: [{ ...config, mediaType: 'application/x+json;version=0.2' }] },
  ],
  ['a Content-Type unlike its mediaType', MEDIA_TYPE.dockerManifest, good],
  [
    '`platform.features` in an index',
    MEDIA_TYPE.ociIndex,
    {
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: [{ ...child, platform: { ...amd64, features: ['sse4'] } }],
    },
  ],
];

export const MANIFESTS: readonly Check[] = [
  {
    name: 'a manifest comes back as it was sent, by tag and by digest',
    steps: [
      ...pushImage('sent', image),
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/{mutable}/manifests/sent',
        headers: { accept: MEDIA_TYPE.ociManifest },
        expect: {
          status: 200,
          headers: {
            'content-type': new RegExp(`^${MEDIA_TYPE.ociManifest.replaceAll('+', '\\+')}`),
            'docker-content-digest': new RegExp(`^${image.manifest.digest}$`),
          },
          body: new RegExp(
            `^\\{"schemaVersion":2,"mediaType":"${MEDIA_TYPE.ociManifest.replaceAll('+', '\\+')}"`,
          ),
        },
      },
      {
        kind: 'http',
        method: 'HEAD',
        url: `/v2/{mutable}/manifests/${image.manifest.digest}`,
        headers: { accept: MEDIA_TYPE.ociManifest },
        expect: { status: 200, body: /^$/ },
      },
    ],
  },
  {
    name: 'a missing blob is named, blobs of another repository do not count',
    steps: [
      ...absent.blobs.flatMap((blob) => pushBlob(blob, '{other}')),
      putManifest('absent', absent.manifest, {
        expect: {
          status: 404,
          code: 'BLOB_UPLOAD_UNKNOWN',
          message: /^Layers with digests '\[sha256:.+\]' required for pushing image into repository/,
        },
      }),
    ],
  },
  {
    name: 'a missing child of an index is refused',
    steps: [putManifest('orphans', index.manifest, { expect: { status: 404, message: /digests/ } })],
  },
  {
    name: 'other bytes than the digest in the address are refused',
    steps: [
      ...pushImage('digest', image),
      putManifest(absent.manifest.digest, image.manifest, {
        expect: { status: 400, code: 'DIGEST_INVALID' },
      }),
    ],
  },
  {
    name: 'what is no JSON, and more than 4 MiB, is a 405',
    steps: [
      putManifest(
        'refused',
        { mediaType: MEDIA_TYPE.ociManifest, bytes: Buffer.from('{') },
        { expect: UNSUPPORTED },
      ),
      ...pushBlob(layer),
      putManifest('refused', manifestOf(MEDIA_TYPE.ociManifest, { ...good, annotations: { long } }), {
        expect: { status: 405, code: 'UNSUPPORTED' },
      }),
    ],
  },
  ...refused.map(([what, mediaType, document]) => ({
    name: `${what} is a 405`,
    steps: [
      ...pushBlob(layer),
      ...pushImage('child', image),
      putManifest('refused', manifestOf(mediaType, document), { expect: UNSUPPORTED }),
    ],
  })),
  {
    name: 'an immutable tag is refused again, also with the same digest; by digest it is fine',
    steps: [
      ...pushImage('v1', image, '{immutable}'),
      putManifest('v1', image.manifest, {
        repository: '{immutable}',
        expect: {
          status: 400,
          code: 'TAG_INVALID',
          message: /^The image tag 'v1' already exists in the '.+' repository and cannot be overwritten/,
        },
      }),
      putManifest(image.manifest.digest, image.manifest, { repository: '{immutable}' }),
    ],
  },
  {
    name: 'by tag the stored media type has to be among those accepted, by digest not',
    steps: [
      ...pushImage('accepted', image),
      {
        kind: 'http',
        method: 'GET',
        url: `/v2/{mutable}/manifests/${image.manifest.digest}`,
        headers: { accept: MEDIA_TYPE.dockerManifest },
        expect: { status: 200 },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/{mutable}/manifests/accepted',
        headers: { accept: MEDIA_TYPE.dockerList },
        expect: { status: 404, code: 'MANIFEST_UNKNOWN' },
      },
    ],
  },
  {
    name: 'a tag that is not there is a 404, one with a plus a 400',
    steps: [
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/{mutable}/manifests/none',
        headers: { accept: MEDIA_TYPE.ociManifest },
        expect: { status: 404, code: 'MANIFEST_UNKNOWN', message: /^Requested image not found$/ },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/{mutable}/manifests/v1+meta',
        headers: { accept: MEDIA_TYPE.ociManifest },
        expect: { status: 400 },
      },
    ],
  },
  {
    name: 'there is no DELETE',
    steps: [
      ...pushImage('stays', image),
      { kind: 'http', method: 'DELETE', url: '/v2/{mutable}/manifests/stays', expect: { status: 405 } },
    ],
  },
  {
    name: 'tags come in pages, and more than 1,000 at once are refused',
    steps: [
      ...pushImage('page-a', image),
      ...pushImage('page-b', image),
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/{mutable}/tags/list?n=1',
        expect: { status: 200, headers: { link: /^<.+>; ?rel="?next"?$/ } },
      },
      { kind: 'http', method: 'GET', url: '/v2/{mutable}/tags/list?n=1001', expect: { status: 400 } },
    ],
  },
];
