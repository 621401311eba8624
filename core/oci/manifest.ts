import * as v from 'valibot';
import type { Descriptor } from './descriptor.ts';
import { type Digest, digestOf, isDigest } from './digest.ts';
import { isImageType, isIndexType, MEDIA_TYPE } from './media-type.ts';
import { isUnknownPlatform, type Platform } from './platform.ts';

interface ManifestBase {
  readonly digest: Digest;
  readonly mediaType: string;
  /** The manifest that this one speaks of, as a signature does (OCI image-spec manifest.md, "subject"). */
  readonly subject?: Digest;
  /** The bytes as received; the digest is theirs and they are what is pushed. */
  readonly bytes: Uint8Array;
}
/** One platform's image, or an artifact: a config and layers. */
export interface ImageManifest extends ManifestBase {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** What it says it is (OCI image-spec manifest.md, "artifactType"); the config's media type where it says nothing. */
  readonly artifactType: string;
}
/** A list of manifests, usually one a platform. */
export interface IndexManifest extends ManifestBase {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}
export type Manifest = ImageManifest | IndexManifest;

export type ManifestProblem =
  | 'not json'
  | 'schema 1'
  | 'unknown media type'
  | 'ambiguous'
  | 'malformed'
  | 'too large';

export class ManifestError extends Error {
  readonly code = 'manifest';
  readonly problem: ManifestProblem;
  constructor(problem: ManifestProblem, detail: string) {
    super(`manifest refused (${problem}): ${detail}`);
    this.name = 'ManifestError';
    this.problem = problem;
  }
}

/** ECR PutImage takes at most this many bytes (API reference, PutImage `imageManifest`). */
export const MANIFEST_MAX_BYTES = 4_194_304;
const MAX_LAYERS = 500;
const MAX_CHILDREN = 200;
/** What static file servers, object stores and some proxies send in place of a manifest's own type. */
const GENERIC_TYPE = /^(?:text\/.*|application\/json|(?:application|binary)\/octet-stream)$/;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const descriptor = v.object({
  mediaType: v.pipe(v.string(), v.maxLength(255)),
  digest: v.custom<Digest>((x) => typeof x === 'string' && isDigest(x), 'only sha256 digests are supported'),
  size,
  urls: v.nullish(v.array(v.string())),
  platform: v.nullish(
    v.object({
      os: v.nullish(v.string(), ''),
      architecture: v.nullish(v.string(), ''),
      variant: v.nullish(v.string()),
      'os.version': v.nullish(v.string()),
      'os.features': v.nullish(v.array(v.string())),
      features: v.optional(v.unknown()),
    }),
  ),
  annotations: v.nullish(v.record(v.string(), v.unknown())),
  artifactType: v.nullish(v.pipe(v.string(), v.maxLength(255))),
});
const document = v.object({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.string()),
  artifactType: v.nullish(v.pipe(v.string(), v.maxLength(255))),
  subject: v.nullish(v.object({ digest: descriptor.entries.digest })),
  config: v.optional(descriptor),
  layers: v.optional(v.pipe(v.array(descriptor), v.maxLength(MAX_LAYERS))),
  manifests: v.optional(v.pipe(v.array(descriptor), v.maxLength(MAX_CHILDREN))),
});

/**
 * Bytes to Manifest. `contentType` is the header it came with; where the document names a media type
 * of its own the two must agree, and a document that is both an image and an index is refused
 * (CVE-2021-41190). Throws ManifestError.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): Manifest {
  if (bytes.byteLength > MANIFEST_MAX_BYTES) {
    throw new ManifestError('too large', `${bytes.byteLength} bytes, ECR takes ${MANIFEST_MAX_BYTES}`);
  }
  const json = readManifestJson(bytes);
  if (typeof json === 'object' && json !== null && 'schemaVersion' in json && json.schemaVersion === 1) {
    throw new ManifestError('schema 1', 'Docker schema 1 has no digests of its layers');
  }
  const parsed = v.safeParse(document, json);
  if (!parsed.success) throw new ManifestError('malformed', firstIssue(parsed.issues));
  const { config, layers, manifests, mediaType: own } = parsed.output;
  const header = specificType(contentType);
  if (manifests && (config || layers)) throw new ManifestError('ambiguous', 'both manifests and layers');
  const mediaType = own ?? header ?? (manifests ? MEDIA_TYPE.ociIndex : MEDIA_TYPE.ociManifest);
  if (own && header && own !== header && (isIndexType(header) || isImageType(header))) {
    throw new ManifestError('ambiguous', `sent as ${header}, says ${own}`);
  }
  const { subject, artifactType } = parsed.output;
  const base = { digest: digestOf(bytes), mediaType, bytes, ...(subject && { subject: subject.digest }) };
  if (manifests && isIndexType(mediaType)) {
    return { ...base, kind: 'index', manifests: manifests.map(toDescriptor) };
  }
  if (config && layers && isImageType(mediaType)) {
    const blobs = { config: toDescriptor(config), layers: layers.map(toDescriptor) };
    return { ...base, kind: 'image', artifactType: artifactType || config.mediaType, ...blobs };
  }
  if (isIndexType(mediaType) || isImageType(mediaType)) {
    const missing = isIndexType(mediaType) ? 'manifests' : 'config and layers';
    throw new ManifestError('malformed', `${mediaType} without ${missing}`);
  }
  throw new ManifestError('unknown media type', mediaType.slice(0, 255));
}

/** BuildKit's provenance and SBOM children: not an image of any platform, never scanned. */
export const isAttestation = (child: Descriptor): boolean =>
  child.referenceType === 'attestation-manifest' ||
  (child.platform !== undefined && isUnknownPlatform(child.platform));

/** Everything an image manifest needs to be pullable, each digest once, config first. */
export function blobsOf(manifest: ImageManifest): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const blob of [manifest.config, ...manifest.layers]) blobs.set(blob.digest, blob);
  return [...blobs.values()];
}

/** The media type of a header, without parameters; a server that says only "JSON" or "text" has said nothing. */
function specificType(contentType: string | undefined): string | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  return type === undefined || type === '' || GENERIC_TYPE.test(type) ? undefined : type;
}

/** The document as it is written, a byte order mark aside. Throws ManifestError. */
export function readManifestJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ManifestError('not json', 'the registry did not send a JSON document');
  }
}

function toDescriptor(raw: v.InferOutput<typeof descriptor>): Descriptor {
  const reference = raw.annotations?.['vnd.docker.reference.type'];
  return {
    mediaType: raw.mediaType,
    digest: raw.digest,
    sizeBytes: raw.size,
    ...platformOf(raw.platform),
    ...(typeof reference === 'string' && { referenceType: reference }),
    ...(raw.urls?.length && { foreign: true }),
    ...(raw.artifactType && { artifactType: raw.artifactType }),
  };
}

function platformOf(
  raw: v.InferOutput<typeof descriptor>['platform'],
): Pick<Descriptor, 'platform' | 'platformFeatures'> {
  const features = raw && 'features' in raw ? ({ platformFeatures: true } as const) : {};
  // A platform that does not say what it runs on says nothing.
  if (!raw?.os || !raw.architecture) return features;
  const { os, architecture, variant, 'os.version': osVersion, 'os.features': osFeatures } = raw;
  const platform: Platform = {
    os,
    architecture,
    ...(variant && { variant }),
    ...(osVersion && { osVersion }),
    ...(osFeatures?.length && { osFeatures }),
  };
  return { platform, ...features };
}

function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  return issue ? `${v.getDotPath(issue) ?? 'document'}: ${issue.message}` : 'unreadable';
}
