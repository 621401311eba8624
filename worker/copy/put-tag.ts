import type { Digest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';

export interface PutTag {
  readonly target: Repository;
  readonly tag: string;
  /** The root, whose bytes the target has under their digest already. */
  readonly manifest: Manifest;
  /** The deadline too: a PUT that is repeated ends with it. */
  readonly signal?: AbortSignal | undefined;
}

export type TagOutcome =
  | { readonly kind: 'tagged' }
  /** The tag cannot be moved and means other bytes. */
  | { readonly kind: 'conflict'; readonly holds: Digest };

/**
 * The last step, which makes the image visible. An immutable tag refuses even the digest it already holds
 * (aws/containers-roadmap#2179), and so does a repeated PUT whose first answer was lost: then the tag is read,
 * and the same digest is a yes.
 */
export async function putTag({ target, tag, manifest, signal }: PutTag): Promise<TagOutcome> {
  try {
    await target.putManifest(tag, manifest, signal);
    return { kind: 'tagged' };
  } catch (error) {
    if (!isRegistryError(error, 'tag immutable')) throw error;
    const facts = await target.headManifest(tag, signal);
    if (!facts) throw error;
    return facts.digest === manifest.digest ? { kind: 'tagged' } : { kind: 'conflict', holds: facts.digest };
  }
}

export type TagCheck =
  | { readonly kind: 'same' }
  | { readonly kind: 'other'; readonly holds: Digest }
  | { readonly kind: 'missing' };

/** What the tag means now, asked by HEAD: before a copy (is there anything to do?) and after (did it happen?). */
export async function checkTag(
  target: Repository,
  { tag, digest, signal }: { readonly tag: string; readonly digest: Digest; readonly signal?: AbortSignal },
): Promise<TagCheck> {
  const facts = await target.headManifest(tag, signal);
  if (!facts) return { kind: 'missing' };
  return facts.digest === digest ? { kind: 'same' } : { kind: 'other', holds: facts.digest };
}
