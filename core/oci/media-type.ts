/** The media types a registry may serve as a manifest (OCI image-spec media-types.md, Docker's distribution spec). */
export const MEDIA_TYPE = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/** Sent with every manifest HEAD and GET: a narrower list makes Docker Hub convert or answer 404 (go-containerregistry#1720). */
export const ACCEPT_MANIFESTS: string = Object.values(MEDIA_TYPE).join(', ');

export const isIndexType = (type: string): boolean =>
  type === MEDIA_TYPE.ociIndex || type === MEDIA_TYPE.dockerList;
export const isImageType = (type: string): boolean =>
  type === MEDIA_TYPE.ociManifest || type === MEDIA_TYPE.dockerManifest;

export const isManifestType = (type: string): boolean => isIndexType(type) || isImageType(type);

/**
 * What can only be a blob, also where an index lists it as BuildKit's cache does (moby/buildkit, docs: `type=registry`
 * with `image-manifest=false`).
 */
export const isBlobType = (type: string): boolean => BLOB_TYPES.some((each) => type.startsWith(each));
const BLOB_TYPES: readonly string[] = [
  'application/vnd.oci.image.layer.',
  'application/vnd.oci.image.config.',
  'application/vnd.docker.image.rootfs.',
  'application/vnd.docker.container.image.',
  'application/vnd.buildkit.cacheconfig.',
];
