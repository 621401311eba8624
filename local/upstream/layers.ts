import { createHash } from 'node:crypto';
import { type Digest, isDigest, parseDigest } from '../../core/oci/digest.ts';
import { openJournal } from '../journal.ts';
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

/** What must be computed over all of a layer's bytes, once. */
interface LayerFacts {
  readonly recipe: string;
  readonly digest: string;
  readonly diffId: string;
  readonly checksum: number;
}

/** Raised when the same recipe would give other bytes. */
const GENERATOR = 1;

/**
 * Makes layers from their recipes. Hashing all samples takes about a second, so the results are
 * kept in `file`; a line that does not fit is ignored and computed again.
 */
export function openLayers(file: string | undefined): (layer: SampleLayer) => LayerBlob {
  const journal = openJournal<LayerFacts>(file);
  const known = new Map<string, LayerFacts>();
  for (const facts of journal.records) {
    const whole = isDigest(facts.digest) && isDigest(facts.diffId) && Number.isInteger(facts.checksum);
    if (whole) known.set(facts.recipe, facts);
  }
  const made = new Map<string, LayerBlob>();
  return (layer) => {
    const recipe = recipeOf(layer);
    const before = made.get(recipe);
    if (before) return before;
    const tar = tarOf(layer.files, layer.seed, new Date(layer.createdAt));
    let facts = known.get(recipe);
    if (!facts) {
      facts = computeFacts(recipe, tar);
      journal.append(facts);
    }
    const blob = {
      digest: parseDigest(facts.digest),
      diffId: parseDigest(facts.diffId),
      source: storedGzip(tar, facts.checksum),
    };
    made.set(recipe, blob);
    return blob;
  };
}

function recipeOf(layer: SampleLayer): string {
  const { seed, files, createdAt } = layer;
  return createHash('sha256')
    .update(JSON.stringify([GENERATOR, seed, createdAt, files]))
    .digest('hex');
}

function computeFacts(recipe: string, tar: Source): LayerFacts {
  const { digest, contentDigest, checksum } = measureStoredGzip(tar);
  return { recipe, digest, diffId: contentDigest, checksum };
}
