import {
  BatchCheckLayerAvailabilityCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { sampleImage, sampleIndex } from '../../local/ecr/sample-image.ts';
import { ABSENT, type Check } from '../check.ts';
import { pushImage, putManifest } from '../samples.ts';
import { misspelt } from '../scratch.ts';

const index = sampleIndex('contract control');
const [child] = index.children;
const image = sampleImage('contract single');
const A_DIGEST = `sha256:${'0'.repeat(64)}`;

export const REPOSITORIES: readonly Check[] = [
  {
    name: 'a second creation and an unknown name are refused in the words of ECR',
    steps: [
      {
        kind: 'api',
        operation: 'CreateRepository',
        call: ({ sdk, names }) => sdk.send(new CreateRepositoryCommand({ repositoryName: names.mutable })),
        expect: {
          kind: 'error',
          name: 'RepositoryAlreadyExistsException',
          message: /^The repository with name '.+' already exists in the registry with id '\d{12}'$/,
        },
      },
      {
        kind: 'api',
        operation: 'DescribeRepositories',
        call: ({ sdk, names }) =>
          sdk.send(new DescribeRepositoriesCommand({ repositoryNames: [names.mutable, names.missing] })),
        expect: { kind: 'error', name: 'RepositoryNotFoundException' },
      },
    ],
  },
  {
    name: 'a name with two separators in a row is an InvalidParameterException',
    steps: [
      {
        kind: 'api',
        operation: 'CreateRepository',
        call: ({ sdk, names }) => sdk.send(new CreateRepositoryCommand({ repositoryName: misspelt(names) })),
        expect: { kind: 'error', name: 'InvalidParameterException', message: /repositoryName/ },
      },
    ],
  },
  {
    name: 'exclusions without a mutability that has some are an InvalidParameterException',
    steps: [
      {
        kind: 'api',
        operation: 'CreateRepository',
        call: ({ sdk, names }) =>
          sdk.send(
            new CreateRepositoryCommand({
              repositoryName: names.missing,
              imageTagMutability: 'IMMUTABLE',
              imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'a' }],
            }),
          ),
        expect: { kind: 'error', name: 'InvalidParameterException' },
      },
    ],
  },
  {
    name: 'an image has no tags field where it has no tag, and an unknown one is named as ECR names it',
    steps: [
      ...(child ? pushImage(child.manifest.digest, child) : []),
      {
        kind: 'api',
        operation: 'DescribeImages',
        call: ({ sdk, names }) =>
          sdk.send(
            new DescribeImagesCommand({
              repositoryName: names.mutable,
              imageIds: [{ imageDigest: child?.manifest.digest }],
            }),
          ),
        expect: {
          kind: 'output',
          fields: {
            'imageDetails.0.imageDigest': child?.manifest.digest ?? '',
            'imageDetails.0.imageTags': ABSENT,
            'imageDetails.0.imageStatus': 'ACTIVE',
          },
        },
      },
      {
        kind: 'api',
        operation: 'DescribeImages',
        call: ({ sdk, names }) =>
          sdk.send(
            new DescribeImagesCommand({ repositoryName: names.mutable, imageIds: [{ imageTag: 'none' }] }),
          ),
        expect: {
          kind: 'error',
          name: 'ImageNotFoundException',
          message: /^The image with imageId \{imageDigest:'null', imageTag:'none'\} does not exist within/,
        },
      },
    ],
  },
  {
    name: 'more than 100 layers a call are an InvalidParameterException, a malformed one a failure',
    steps: [
      {
        kind: 'api',
        operation: 'BatchCheckLayerAvailability',
        call: ({ sdk, names }) =>
          sdk.send(
            new BatchCheckLayerAvailabilityCommand({
              repositoryName: names.mutable,
              layerDigests: Array(101).fill(A_DIGEST),
            }),
          ),
        expect: { kind: 'error', name: 'InvalidParameterException' },
      },
      {
        kind: 'api',
        operation: 'BatchCheckLayerAvailability',
        call: ({ sdk, names }) =>
          sdk.send(
            new BatchCheckLayerAvailabilityCommand({
              repositoryName: names.mutable,
              layerDigests: [A_DIGEST, 'sha256:short'],
            }),
          ),
        expect: {
          kind: 'output',
          fields: {
            'layers.0.layerAvailability': 'UNAVAILABLE',
            'failures.0.failureCode': 'InvalidLayerDigest',
          },
        },
      },
    ],
  },
  {
    name: 'an image that nobody has scanned has no scan',
    steps: [
      ...pushImage('unscanned', image),
      {
        kind: 'api',
        operation: 'DescribeImageScanFindings',
        call: ({ sdk, names }) =>
          sdk.send(
            new DescribeImageScanFindingsCommand({
              repositoryName: names.mutable,
              imageId: { imageTag: 'unscanned' },
            }),
          ),
        expect: { kind: 'error', name: 'ScanNotFoundException', message: /^Image scan does not exist for/ },
      },
    ],
  },
  {
    name: 'an index cannot be scanned',
    steps: [
      ...index.children.flatMap((each) => pushImage(each.manifest.digest, each)),
      putManifest('index', index.manifest),
      {
        kind: 'api',
        operation: 'StartImageScan',
        call: ({ sdk, names }) =>
          sdk.send(
            new StartImageScanCommand({ repositoryName: names.mutable, imageId: { imageTag: 'index' } }),
          ),
        expect: { kind: 'error', name: 'UnsupportedImageTypeException', message: /cannot be scanned/ },
      },
    ],
  },
];
