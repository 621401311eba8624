import {
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { blobOf } from '../../local/ecr/sample-image.ts';
import type { ApiExpectation, ApiStep, Check } from '../check.ts';
import { pushBlob } from '../samples.ts';

const bytes = Buffer.from('contract: one part, and another');
const blob = blobOf(bytes);
const huge = Buffer.alloc(20 * 1024 * 1024, 'part of twenty MiB');
const other = blobOf(Buffer.from('contract: never stored'));

const initiate: ApiStep = {
  kind: 'api',
  operation: 'InitiateLayerUpload',
  call: ({ sdk, names }) => sdk.send(new InitiateLayerUploadCommand({ repositoryName: names.mutable })),
  expect: { kind: 'output', fields: { uploadId: /./, partSize: 10 * 1024 * 1024 } },
  keep: { uploadId: 'uploadId' },
};
const part = (from: number, to: number, expect: ApiExpectation, of = bytes): ApiStep => ({
  kind: 'api',
  operation: `UploadLayerPart ${from} to ${to}`,
  call: ({ sdk, names, kept }) =>
    sdk.send(
      new UploadLayerPartCommand({
        repositoryName: names.mutable,
        uploadId: kept('uploadId'),
        partFirstByte: from,
        partLastByte: to - 1,
        layerPartBlob: of.subarray(from, to),
      }),
    ),
  expect,
});
const complete = (digest: string, expect: ApiExpectation): ApiStep => ({
  kind: 'api',
  operation: 'CompleteLayerUpload',
  call: ({ sdk, names, kept }) =>
    sdk.send(
      new CompleteLayerUploadCommand({
        repositoryName: names.mutable,
        uploadId: kept('uploadId'),
        layerDigests: [digest],
      }),
    ),
  expect,
});
const taken = (last: number): ApiExpectation => ({ kind: 'output', fields: { lastByteReceived: last } });
const whole = part(0, bytes.length, taken(bytes.length - 1));
const invalidPart = (last: number): ApiExpectation => ({
  kind: 'error',
  name: 'InvalidLayerPartException',
  fields: { lastValidByteReceived: last },
});
const error = (name: string): ApiExpectation => ({ kind: 'error', name });

export const LAYER_PARTS: readonly Check[] = [
  {
    name: 'one part and its digest become a layer; it can be completed once',
    steps: [
      initiate,
      whole,
      complete(blob.digest, { kind: 'output', fields: { layerDigest: blob.digest } }),
      complete(blob.digest, error('UploadNotFoundException')),
    ],
  },
  {
    name: 'a layer that is there already is a LayerAlreadyExistsException',
    steps: [...pushBlob(blob), initiate, whole, complete(blob.digest, error('LayerAlreadyExistsException'))],
  },
  {
    name: 'a part that does not follow the last one is refused with the last valid byte, sent again too',
    steps: [
      initiate,
      part(0, 10, taken(9)),
      part(20, 30, invalidPart(9)),
      part(0, 10, invalidPart(9)),
      part(10, 20, taken(19)),
    ],
  },
  {
    name: 'before the first part the last valid byte is 0',
    steps: [initiate, part(5, 10, invalidPart(0))],
  },
  {
    name: 'a small part before the last is told at the end',
    steps: [
      initiate,
      part(0, 10, taken(9)),
      part(10, bytes.length, taken(bytes.length - 1)),
      complete(blob.digest, error('LayerPartTooSmallException')),
    ],
  },
  {
    name: 'a part of 20 MiB is taken, as the API reference has it',
    steps: [initiate, part(0, huge.length, taken(huge.length - 1), huge)],
  },
  {
    name: 'an upload without a part is an EmptyUploadException',
    steps: [initiate, complete(blob.digest, error('EmptyUploadException'))],
  },
  {
    name: 'other bytes than the digest says are an InvalidLayerException, and the upload is gone',
    steps: [
      initiate,
      whole,
      complete(other.digest, error('InvalidLayerException')),
      complete(blob.digest, error('UploadNotFoundException')),
    ],
  },
  {
    name: 'an upload belongs to its repository',
    steps: [
      initiate,
      {
        kind: 'api',
        operation: 'CompleteLayerUpload',
        call: ({ sdk, names, kept }) =>
          sdk.send(
            new CompleteLayerUploadCommand({
              repositoryName: names.other,
              uploadId: kept('uploadId'),
              layerDigests: [blob.digest],
            }),
          ),
        expect: error('UploadNotFoundException'),
      },
    ],
  },
];
