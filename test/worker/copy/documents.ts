import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';

/** Bytes with the type that whoever lists them says they are. */
export interface Content {
  readonly mediaType: string;
  readonly bytes: Buffer;
}
export interface Document extends Content {
  /** What a registry answers with; the media type by default, none where it is empty. */
  readonly contentType?: string;
}
/** An image as a registry keeps it. */
export interface Shape {
  readonly root: Document;
  /** The root among them. */
  readonly manifests: readonly Document[];
  readonly blobs: readonly Buffer[];
}

export const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** Always the same for the same words. */
export function content(seed: string, sizeBytes: number, mediaType = LAYER): Content {
  const bytes = Buffer.alloc(sizeBytes, seed);
  return { mediaType, bytes };
}

export const pointTo = ({ bytes, mediaType }: Content, more: object = {}): object => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.byteLength,
  ...more,
});

export interface Written {
  readonly mediaType?: string;
  /** Added to the document, or put over it: undefined leaves a field out. */
  readonly fields?: object;
  /** How the document is written. */
  readonly write?: (document: object) => string;
  readonly contentType?: string;
}

export function image(
  name: string,
  options: Written & { readonly config?: Content; readonly layers?: readonly Content[] } = {},
): Shape {
  const mediaType = options.mediaType ?? MEDIA_TYPE.ociManifest;
  const config = options.config ?? content(`{"config of":"${name}"}`, 80, CONFIG);
  const layers = options.layers ?? [content(`layer of ${name}`, 50_000), content('shared by all', 70_000)];
  const lists = { config: pointTo(config), layers: layers.map((each) => pointTo(each)) };
  const root = written(mediaType, lists, options);
  return { root, manifests: [root], blobs: [config, ...layers].map(({ bytes }) => bytes) };
}

export interface Listed extends Omit<Shape, 'manifests'> {
  readonly manifests?: readonly Document[];
  /** Beside type, digest and size: platform, annotations. */
  readonly entry?: object;
}

export function index(entries: readonly Listed[], options: Written = {}): Shape {
  const mediaType = options.mediaType ?? MEDIA_TYPE.ociIndex;
  const manifests = entries.map(({ entry, root }) => pointTo(root, entry));
  const root = written(mediaType, { manifests }, options);
  return {
    root,
    manifests: [...new Set(entries.flatMap((each) => each.manifests ?? [])), root],
    blobs: [...new Set(entries.flatMap(({ blobs }) => blobs))],
  };
}

/** An entry of an index that is no manifest. */
export const bare = (blob: Content): Listed => ({ root: blob, manifests: [], blobs: [blob.bytes] });

export const on = (os: string, architecture: string, shape: Shape): Listed => ({
  ...shape,
  entry: { platform: { os, architecture } },
});

function written(mediaType: string, lists: object, { contentType, fields, write = JSON.stringify }: Written) {
  const document = { schemaVersion: 2, mediaType, ...lists, ...fields };
  const bytes = Buffer.from(write(document));
  return { mediaType, bytes, ...(contentType !== undefined && { contentType }) };
}
