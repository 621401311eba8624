import * as v from 'valibot';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { type Digest, isDigest } from '../../core/oci/digest.ts';
import {
  type IndexManifest,
  isAttestation,
  type Manifest,
  parseManifest,
  readManifestJson,
} from '../../core/oci/manifest.ts';
import { isIndexType } from '../../core/oci/media-type.ts';
import { formatPlatform, type Platform, samePlatform } from '../../core/oci/platform.ts';

/** As much of an image's tree as a choice needs: every index with its entries; what an image holds does not matter. */
export interface PlatformTree {
  readonly manifest: Manifest;
  readonly children: readonly {
    readonly descriptor: Descriptor;
    readonly tree?: PlatformTree | undefined;
  }[];
}

export type PlatformChoice =
  /** Nothing is left out: the root as it is. */
  | { readonly kind: 'whole'; readonly digest: Digest }
  /** One platform's manifest, with its own digest. Its attestations hang on the index and stay behind. */
  | { readonly kind: 'child'; readonly digest: Digest }
  /** A new index of the chosen children, so a new digest; its bytes are the same whenever the same is chosen. */
  | { readonly kind: 'new index'; readonly manifest: IndexManifest }
  | {
      readonly kind: 'no such platform';
      readonly wanted: Platform;
      /** What there is to choose from; empty where the image does not say. */
      readonly available: readonly Platform[];
    };

/**
 * Which part of an image some platforms are; no platforms is all of it. `own` is what a single image's
 * configuration says it runs on: its manifest does not tell.
 * Of a new index each entry stays as the publisher wrote it (platform, annotations, unknown fields), in the old order,
 * and attestations come along with the manifest that they name in `vnd.docker.reference.digest`
 * (docs.docker.com/build/metadata/attestations/attestation-storage).
 */
export function choosePlatforms(
  tree: PlatformTree,
  platforms: readonly Platform[],
  own?: Platform,
): PlatformChoice {
  const { manifest } = tree;
  const whole = { kind: 'whole', digest: manifest.digest } as const;
  if (platforms.length === 0) return whole;
  const entries = entriesOf(tree);
  const available = manifest.kind === 'image' ? (own ? [own] : []) : entries.flatMap(platformOf);
  const absent = platforms.find((wanted) => !available.some((each) => samePlatform(each, wanted)));
  if (absent) return { kind: 'no such platform', wanted: absent, available: unique(available) };
  if (manifest.kind === 'image') return whole;

  const matching = entries.filter((entry) =>
    platformOf(entry).some((each) => platforms.some((wanted) => samePlatform(each, wanted))),
  );
  const chosen = new Set(matching.map(({ descriptor }) => descriptor.digest));
  const [only] = chosen;
  // Windows has several manifests of one platform, told apart by os.version: then it is an index of those.
  if (only && chosen.size === 1) return { kind: 'child', digest: only };
  const kept = entries.filter((entry) => matching.includes(entry) || (entry.of && chosen.has(entry.of)));
  const flat = tree.children.every(({ descriptor }) => !isIndexType(descriptor.mediaType));
  if (flat && kept.length === entries.length) return whole;
  return { kind: 'new index', manifest: indexOf(manifest.mediaType, kept) };
}

interface Entry {
  readonly descriptor: Descriptor;
  /** The entry as it stands in its index. */
  readonly json: object;
  /** What an attestation speaks of. */
  readonly of?: Digest;
}

const rawIndex = v.object({ manifests: v.array(v.looseObject({})) });
const reference = v.object({ annotations: v.object({ 'vnd.docker.reference.digest': v.string() }) });

/** Every entry that is no index itself, those of nested indexes in their place. */
function entriesOf({ manifest, children }: PlatformTree): readonly Entry[] {
  if (manifest.kind === 'image') return [];
  const raw = v.parse(rawIndex, readManifestJson(manifest.bytes)).manifests;
  return children.flatMap(({ descriptor, tree }, at) =>
    tree?.manifest.kind === 'index' ? entriesOf(tree) : [entryOf(descriptor, raw[at] ?? {})],
  );
}

function entryOf(descriptor: Descriptor, json: object): Entry {
  const parsed = v.safeParse(reference, json);
  const of = parsed.success ? parsed.output.annotations['vnd.docker.reference.digest'] : undefined;
  return { descriptor, json, ...(of !== undefined && isDigest(of) && isAttestation(descriptor) && { of }) };
}

function platformOf({ descriptor }: Entry): readonly Platform[] {
  return descriptor.platform && !isAttestation(descriptor) ? [descriptor.platform] : [];
}

function indexOf(mediaType: string, entries: readonly Entry[]): IndexManifest {
  const document = { schemaVersion: 2, mediaType, manifests: entries.map(({ json }) => json) };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaType);
  if (manifest.kind !== 'index') throw new Error(`${mediaType} is not an index`);
  return manifest;
}

const unique = (platforms: readonly Platform[]): readonly Platform[] => [
  ...new Map(platforms.map((each) => [formatPlatform(each), each])).values(),
];
