import type { SampleImage } from '../local/ecr/sample-image.ts';
import type { HttpStep, Step } from './check.ts';

/** Steps that several checks begin with; what they expect is a rule too. */
export const startUpload = (repository = '{mutable}'): HttpStep => ({
  kind: 'http',
  method: 'POST',
  url: `/v2/${repository}/blobs/uploads/`,
  expect: { status: 202, headers: { location: /./, 'docker-upload-uuid': /./ } },
  keep: { upload: 'location' },
});

export const finishUpload = (digest: string, body: Buffer): HttpStep => ({
  kind: 'http',
  method: 'PUT',
  url: '{upload}',
  query: { digest },
  headers: { 'content-type': 'application/octet-stream' },
  body,
  expect: { status: 201 },
});

export const pushBlob = (
  { digest, bytes }: { readonly digest: string; readonly bytes: Buffer },
  into?: string,
) => [startUpload(into), finishUpload(digest, bytes)];

export interface ManifestToPut {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export const putManifest = (
  reference: string,
  { mediaType, bytes }: ManifestToPut,
  more: { readonly expect?: HttpStep['expect']; readonly repository?: string } = {},
): HttpStep => ({
  kind: 'http',
  method: 'PUT',
  url: `/v2/${more.repository ?? '{mutable}'}/manifests/${reference}`,
  headers: { 'content-type': mediaType },
  body: bytes,
  expect: more.expect ?? { status: 201, headers: { 'docker-content-digest': /^sha256:/ } },
});

export const pushImage = (
  reference: string,
  image: SampleImage,
  repository = '{mutable}',
): readonly Step[] => [
  ...image.blobs.flatMap((blob) => pushBlob(blob, repository)),
  putManifest(reference, image.manifest, { repository }),
];
