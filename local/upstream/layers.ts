import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Digest, parseDigest } from '../../core/oci/digest.ts';
import type { SampleLayer } from './sample.ts';
import { measureStoredGzip, storedGzip } from './stored-gzip.ts';
import { type Source, tarOf } from './tar.ts';

/** A layer that can be served: who it is, and its bytes made when asked for. */
export interface LayerBlob {
  readonly digest: Digest;
  /** Digest of the uncompressed tar (OCI image-spec config.md `rootfs.diff_ids`). */
  readonly diffId: Digest;
  readonly source: Source;
}

/** What has to be computed over all of a layer's bytes. */
export interface LayerFacts {
  /** Of the recipe: other bytes have another one. */
  readonly recipe: string;
  readonly digest: string;
  readonly diffId: string;
  readonly checksum: number;
}

/** Raised when the same recipe would give other bytes. */
const GENERATOR = 1;

/** Hashing all samples takes longer than the rest of a start, so what came out is kept beside their recipes. */
export const SAMPLE_LAYERS: readonly LayerFacts[] = JSON.parse(
  readFileSync(new URL('sample-layers.json', import.meta.url), 'utf8'),
);

/** Makes layers from their recipes; what is not among the known facts is computed. */
export function openLayers(facts: readonly LayerFacts[] = SAMPLE_LAYERS): (layer: SampleLayer) => LayerBlob {
  const known = new Map(facts.map((each) => [each.recipe, each]));
  const made = new Map<string, LayerBlob>();
  return (layer) => {
    const recipe = recipeOf(layer);
    const before = made.get(recipe);
    if (before) return before;
    const tar = tarIn(layer);
    const { checksum, diffId, digest } = known.get(recipe) ?? computeFacts(recipe, tar);
    const blob = {
      digest: parseDigest(digest),
      diffId: parseDigest(diffId),
      source: storedGzip(tar, checksum),
    };
    made.set(recipe, blob);
    return blob;
  };
}

export const layerFacts = (layer: SampleLayer): LayerFacts => computeFacts(recipeOf(layer), tarIn(layer));

/** One pass over all bytes. */
function computeFacts(recipe: string, tar: Source): LayerFacts {
  const { digest, contentDigest, checksum } = measureStoredGzip(tar);
  return { recipe, digest, diffId: contentDigest, checksum };
}

const tarIn = ({ createdAt, files, seed }: SampleLayer): Source => tarOf(files, seed, new Date(createdAt));

function recipeOf(layer: SampleLayer): string {
  const { seed, files, createdAt } = layer;
  return createHash('sha256')
    .update(JSON.stringify([GENERATOR, seed, createdAt, files]))
    .digest('hex');
}
