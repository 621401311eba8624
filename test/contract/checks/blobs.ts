import { blobOf, sampleImage } from '../../local/ecr/sample-image.ts';
import type { Check, Step } from '../check.ts';
import { finishUpload, pushBlob, pushImage, startUpload } from '../samples.ts';

const bytes = Buffer.from('contract bytes');
const blob = blobOf(bytes);
const empty = blobOf(Buffer.alloc(0));
const other = blobOf(Buffer.from('contract: never stored'));
const large = Buffer.alloc(5 * 1024 * 1024, 'part of five MiB');
const end = Buffer.from('and its end');
const image = sampleImage('contract blobs');

const head = (digest: string, status: number, repository = '{mutable}'): Step => ({
  kind: 'http',
  method: 'HEAD',
  url: `/v2/${repository}/blobs/${digest}`,
  expect: { status },
});

export const BLOBS: readonly Check[] = [
  {
    name: 'a POST and one PUT store a blob, which HEAD shows with its size and digest',
    steps: [
      startUpload(),
      finishUpload(blob.digest, bytes),
      {
        kind: 'http',
        method: 'HEAD',
        url: `/v2/{mutable}/blobs/${blob.digest}`,
        expect: {
          status: 200,
          headers: {
            'content-length': new RegExp(`^${bytes.length}$`),
            'docker-content-digest': new RegExp(`^${blob.digest}$`),
          },
        },
      },
      head(blob.digest, 404, '{other}'),
      head(other.digest, 404),
    ],
  },
  {
    name: 'HEAD shows a misleading content type',
    steps: [
      ...pushBlob(blob),
      {
        kind: 'http',
        method: 'HEAD',
        url: `/v2/{mutable}/blobs/${blob.digest}`,
        expect: {
          status: 200,
          headers: { 'content-type': /^application\/vnd\.docker\.container\.image\.v1\+json$/ },
        },
      },
    ],
  },
  {
    name: 'GET redirects to signed storage, which refuses a second way of signing',
    steps: [
      ...pushBlob(blob),
      {
        kind: 'http',
        method: 'GET',
        url: `/v2/{mutable}/blobs/${blob.digest}`,
        expect: { status: 307, headers: { location: /[?&]X-Amz-Signature=/ } },
        keep: { storage: 'location' },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '{storage}',
        authorization: 'none',
        expect: { status: 200, body: /^contract bytes$/ },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '{storage}',
        authorization: 'none',
        headers: { range: 'bytes=9-' },
        expect: { status: 206, body: /^bytes$/ },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '{storage}',
        expect: { status: 400, body: /Only one auth mechanism allowed/ },
      },
    ],
  },
  {
    name: 'other bytes than the digest says are refused, and the upload is gone',
    steps: [
      startUpload(),
      {
        ...finishUpload(other.digest, bytes),
        expect: {
          status: 400,
          code: 'BLOB_UPLOAD_INVALID',
          message: /None of the provided layer digests match the calculated layer digest/,
        },
      },
      { ...finishUpload(blob.digest, bytes), expect: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' } },
      head(other.digest, 404),
    ],
  },
  {
    name: 'a PATCH is answered 201, and a part before the last must not be small',
    steps: [
      startUpload(),
      patch('0-3', bytes.subarray(0, 4), { status: 201, headers: { range: /^0-3$/ } }),
      patch('4-7', bytes.subarray(4, 8), { status: 201, headers: { range: /^0-3$/ } }),
      {
        ...finishUpload(blobOf(bytes.subarray(0, 8)).digest, Buffer.alloc(0)),
        expect: {
          status: 400,
          code: 'BLOB_UPLOAD_INVALID',
          message: /All layer parts except the last part should be at least 5MB/,
        },
      },
    ],
  },
  {
    name: 'parts of 5 MiB and a small end become a blob, although Range stays at the first',
    steps: [
      startUpload(),
      patch(`0-${large.length - 1}`, large, { status: 201, headers: { range: /^0-5242879$/ } }),
      patch(`${large.length}-${2 * large.length - 1}`, large, {
        status: 201,
        headers: { range: /^0-5242879$/ },
      }),
      finishUpload(blobOf(Buffer.concat([large, large, end])).digest, end),
    ],
  },
  {
    name: 'what is no digest is refused',
    steps: [
      startUpload(),
      { ...finishUpload('sha256:short', bytes), expect: { status: 400, code: 'DIGEST_INVALID' } },
    ],
  },
  {
    name: 'a part that does not begin where the last one ended is a 416',
    steps: [startUpload(), patch('7-9', bytes.subarray(7, 10), { status: 416 })],
  },
  {
    name: 'a blob of zero bytes is answered 201 and never stored',
    steps: [startUpload(), finishUpload(empty.digest, Buffer.alloc(0)), head(empty.digest, 404)],
  },
  {
    name: 'a blob that no manifest refers to is not mounted',
    steps: [
      ...pushBlob(blob),
      {
        kind: 'http',
        method: 'POST',
        url: `/v2/{other}/blobs/uploads/?mount=${blob.digest}&from={mutable}`,
        expect: { status: 202 },
      },
    ],
  },
  {
    name: 'a mount is an ordinary upload while the account setting is off',
    steps: [
      ...pushImage('mountable', image),
      {
        kind: 'http',
        method: 'POST',
        url: `/v2/{other}/blobs/uploads/?mount=${image.blobs[0]?.digest}&from={mutable}`,
        expect: { status: 202 },
      },
    ],
  },
];

function patch(range: string, body: Buffer, expect: Extract<Step, { kind: 'http' }>['expect']): Step {
  const headers = { 'content-range': range, 'content-type': 'application/octet-stream' };
  return {
    kind: 'http',
    method: 'PATCH',
    url: '{upload}',
    headers,
    body,
    expect,
    keep: { upload: 'location' },
  };
}
