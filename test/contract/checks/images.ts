import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  ListImagesCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage, sampleIndex } from '../../local/ecr/sample-image.ts';
import type { ApiExpectation, ApiStep, Check, HttpExpectation } from '../check.ts';
import { pushBlob, pushImage, putManifest } from '../samples.ts';

const image = sampleImage('contract images');
const second = sampleImage('contract images, the second');
const index = sampleIndex('contract scans');
const config = blobOf(Buffer.from('{"contract":"config"}'));
const far = blobOf(Buffer.from('contract: bytes that nobody pushes'));

const REFUSED: HttpExpectation = { status: 400, code: 'TAG_INVALID' };
const signature = `sha256-${image.manifest.digest.slice('sha256:'.length)}.sig`;

const putMutability = (value: 'MUTABLE' | 'IMMUTABLE_WITH_EXCLUSION'): ApiStep => ({
  kind: 'api',
  operation: `PutImageTagMutability ${value}`,
  call: ({ sdk, names }) =>
    sdk.send(
      new PutImageTagMutabilityCommand({
        repositoryName: names.other,
        imageTagMutability: value,
        ...(value !== 'MUTABLE' && {
          imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'sha256-*' }],
        }),
      }),
    ),
  expect: { kind: 'output', fields: { imageTagMutability: value } },
});

const batchGet = (operation: string, acceptedMediaType: string, expect: ApiExpectation): ApiStep => ({
  kind: 'api',
  operation,
  call: ({ sdk, names }) =>
    sdk.send(
      new BatchGetImageCommand({
        repositoryName: names.mutable,
        imageIds: [{ imageTag: 'batch' }, { imageTag: 'batch-none' }],
        acceptedMediaTypes: [acceptedMediaType],
      }),
    ),
  expect,
});

export const IMAGES: readonly Check[] = [
  {
    name: 'where tags are immutable but for some, only those some may move, by their whole name',
    steps: [
      putMutability('IMMUTABLE_WITH_EXCLUSION'),
      ...pushImage(signature, image, '{other}'),
      ...pushImage(signature, second, '{other}'),
      putManifest('fixed', image.manifest, { repository: '{other}' }),
      putManifest('fixed', second.manifest, { repository: '{other}', expect: REFUSED }),
      putManifest('not-sha256-a', image.manifest, { repository: '{other}' }),
      putManifest('not-sha256-a', second.manifest, { repository: '{other}', expect: REFUSED }),
      // As it was made: other rules push there.
      putMutability('MUTABLE'),
    ],
  },
  {
    name: 'BatchGetImage gives a manifest as it was sent; what is not there is a failure, not an exception',
    steps: [
      ...pushImage('batch', image),
      batchGet('BatchGetImage', MEDIA_TYPE.ociManifest, {
        kind: 'output',
        fields: {
          'images.length': 1,
          'images.0.imageManifest': image.manifest.bytes.toString('utf8'),
          'images.0.imageId.imageDigest': image.manifest.digest,
          'failures.length': 1,
          'failures.0.failureCode': 'ImageNotFound',
        },
      }),
    ],
  },
  {
    name: 'ListImages has an entry for each tag',
    steps: [
      ...pushImage('listed', image, '{immutable}'),
      {
        kind: 'api',
        operation: 'ListImages',
        call: ({ sdk, names }) =>
          sdk.send(
            new ListImagesCommand({
              repositoryName: names.immutable,
              filter: { tagStatus: 'TAGGED' },
              maxResults: 1,
            }),
          ),
        expect: { kind: 'output', fields: { 'imageIds.length': 1, 'imageIds.0.imageTag': /./ } },
      },
    ],
  },
  {
    name: 'a foreign layer is not asked for: a manifest may name it',
    steps: [
      ...pushBlob(config),
      ...pushBlob(image.blobs[1] ?? config),
      putManifest(
        'foreign',
        manifestOf(MEDIA_TYPE.dockerManifest, {
          schemaVersion: 2,
          mediaType: MEDIA_TYPE.dockerManifest,
          config: descriptorOf('application/vnd.docker.container.image.v1+json', config),
          layers: [
            {
              ...descriptorOf('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', far),
              urls: ['https://layers.example/layer'],
            },
            descriptorOf('application/vnd.docker.image.rootfs.diff.tar.gzip', image.blobs[1] ?? config),
          ],
        }),
      ),
    ],
  },
  {
    name: 'an index has no scan, also where nobody asked for one',
    steps: [
      ...index.children.flatMap((each) => pushImage(each.manifest.digest, each)),
      putManifest('scanned-index', index.manifest),
      {
        kind: 'api',
        operation: 'DescribeImageScanFindings',
        call: ({ sdk, names }) =>
          sdk.send(
            new DescribeImageScanFindingsCommand({
              repositoryName: names.mutable,
              imageId: { imageTag: 'scanned-index' },
            }),
          ),
        expect: { kind: 'error', name: 'ScanNotFoundException' },
      },
    ],
  },
];
