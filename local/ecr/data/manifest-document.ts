import * as v from 'valibot';
import { type Digest, isDigest } from '../../../core/oci/digest.ts';

const descriptor = v.looseObject({
  mediaType: v.string(),
  digest: v.custom<Digest>((x) => typeof x === 'string' && isDigest(x)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  platform: v.optional(v.looseObject({ os: v.string(), architecture: v.string() })),
});
const document = v.looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.string()),
  artifactType: v.optional(v.string()),
  config: v.optional(descriptor),
  layers: v.optional(v.array(descriptor)),
  manifests: v.optional(v.array(descriptor)),
  subject: v.optional(descriptor),
  annotations: v.optional(v.record(v.string(), v.string())),
});

export type ManifestDocument = v.InferOutput<typeof document>;
export type DescriptorDocument = v.InferOutput<typeof descriptor>;

/** Undefined where it is no manifest at all. */
export function readManifest(text: string): ManifestDocument | undefined {
  try {
    const parsed = v.safeParse(document, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** For what was accepted before: throws on anything else. */
export function parseStoredManifest(text: string): ManifestDocument {
  const manifest = readManifest(text);
  if (!manifest) throw new Error('a stored manifest cannot be read');
  return manifest;
}
