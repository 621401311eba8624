import pLimit from 'p-limit';
import type { Digest } from '../../core/oci/digest.ts';
import { cosignTags, type ReferrerKind, referrersTag } from '../../core/oci/referrer.ts';
import type { Repository } from '../registry/registry.ts';

/** A referrer as it is listed: nothing of it was read yet. */
export interface ListedReferrer {
  readonly digest: Digest;
  readonly subject: Digest;
  /** Only where it is found by a tag of cosign's. */
  readonly tag?: string;
  /** What the tag says it is. */
  readonly kind?: ReferrerKind;
}

export interface ListQuestion {
  /** Manifests; the first is asked for alone, to learn what the registry can. */
  readonly subjects: readonly Digest[];
  /** cosign's tags too: they speak of images, hardly of other signatures. */
  readonly withTags: boolean;
  readonly signal?: AbortSignal | undefined;
}

const AT_ONCE = 8;

/**
 * What speaks of some manifests, in all three ways: the registry's list, else the tag that stands in for it
 * (distribution-spec, "Referrers Tag Schema"), and cosign's tags. No manifest is read but that of a stand-in
 * tag: HEADs and lists cost no pull. Throws RegistryError.
 */
export async function listReferrers(
  source: Repository,
  { subjects, withTags, signal }: ListQuestion,
): Promise<readonly ListedReferrer[]> {
  const [first, ...others] = subjects;
  if (!first) return [];
  const limit = pLimit(AT_ONCE);
  // Docker Hub and ghcr.io have no such list: whether there is one is not asked anew for each platform.
  const probe = await source.listReferrers(first, signal);
  const bySubject = async (subject: Digest): Promise<readonly ListedReferrer[]> => {
    const listed = subject === first ? probe : probe && (await source.listReferrers(subject, signal));
    const found = listed ?? (await byStandInTag(source, subject, signal));
    return found.map(({ digest }) => ({ digest, subject }));
  };
  const byTags = (subject: Digest): readonly Promise<readonly ListedReferrer[]>[] =>
    cosignTags(subject).map(({ tag, kind }) =>
      limit(async () => {
        const facts = await source.headManifest(tag, signal);
        return facts ? [{ digest: facts.digest, subject, tag, kind }] : [];
      }),
    );
  const asked = [first, ...others].flatMap((subject) => [
    limit(() => bySubject(subject)),
    ...(withTags ? byTags(subject) : []),
  ]);
  return (await Promise.all(asked)).flat();
}

async function byStandInTag(
  source: Repository,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly { readonly digest: Digest }[]> {
  const tag = referrersTag(subject);
  if (!(await source.headManifest(tag, signal))) return [];
  const manifest = await source.getManifest(tag, signal);
  // Some other image may happen to have such a tag.
  return manifest.kind === 'index' ? manifest.manifests : [];
}
