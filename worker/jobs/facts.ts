import * as v from 'valibot';
import { isAttestation } from '../../core/oci/manifest.ts';
import type { ImageFacts } from '../../core/request/image-facts.ts';
import type { CopyPlan } from '../copy/plan.ts';
import { type ImageTree, manifestsOf } from '../copy/tree.ts';
import type { Repository } from '../registry/registry.ts';

/** A configuration blob is some kilobytes; what is larger tells no age. */
const CONFIG_MAX_BYTES = 1024 * 1024;
const configuration = v.object({
  created: v.optional(v.string()),
  os: v.optional(v.string()),
  architecture: v.optional(v.string()),
});

/** What the card says of an image: its age comes from the first platform's configuration, a blob GET that costs no pull. */
export async function factsOf(
  source: Repository,
  read: { readonly tree: ImageTree; readonly plan: CopyPlan; readonly signal: AbortSignal },
): Promise<ImageFacts> {
  const { tree, plan, signal } = read;
  const first = manifestsOf(tree).find(
    (manifest) =>
      manifest.kind === 'image' && plan.platforms.some(({ digest }) => digest === manifest.digest),
  );
  const config =
    first?.kind === 'image' && first.config.sizeBytes <= CONFIG_MAX_BYTES
      ? readConfig(await source.getBlobBytes(first.config, CONFIG_MAX_BYTES, signal))
      : undefined;
  const createdAt = Date.parse(config?.created ?? '');
  const own =
    config?.os && config.architecture ? { os: config.os, architecture: config.architecture } : undefined;
  return {
    mediaType: tree.manifest.mediaType,
    platforms: plan.platforms.flatMap(({ platform, digest, sizeBytes }) => {
      const known = platform ?? (plan.platforms.length === 1 ? own : undefined);
      return known ? [{ platform: known, digest, sizeBytes }] : [];
    }),
    attestations: tree.children.filter(({ descriptor }) => isAttestation(descriptor)).length,
    sizeBytes: plan.totalBytes,
    // Reproducible builds say 1970: no age is better than a wrong one.
    ...(createdAt > 0 && { createdAt }),
  };
}

function readConfig(bytes: Uint8Array): v.InferOutput<typeof configuration> | undefined {
  try {
    const parsed = v.safeParse(configuration, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // An artifact's configuration may be anything.
    return undefined;
  }
}
