import * as v from 'valibot';
import type { Digest } from '../../core/oci/digest.ts';
import { type Manifest, parseManifest, readManifestJson } from '../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { type Referrer, referrersTag } from '../../core/oci/referrer.ts';
import { isRegistryError, RegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';
import type { CopyPlan } from './plan.ts';
import { putTag } from './put-tag.ts';
import type { ImageTree } from './tree.ts';

export interface CopyReferrers {
  readonly target: Repository;
  /** Each after what it speaks of. */
  readonly referrers: readonly Referrer[];
  readonly treeOf: (digest: Digest) => Promise<ImageTree>;
  readonly planOf: (tree: ImageTree) => Promise<CopyPlan>;
  /** Blobs and manifests by digest, as for an image. */
  readonly copy: (tree: ImageTree, plan: CopyPlan) => Promise<unknown>;
  /** Why the target cannot keep it, in words; not a byte of it is moved then. */
  readonly refusal: (plan: CopyPlan) => string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CopiedReferrers {
  readonly copied: readonly Referrer[];
  readonly refused: readonly {
    readonly referrer: Referrer;
    readonly why: string;
    readonly error?: unknown;
  }[];
}

/**
 * After the root stands by its digest, before its tag. One that fails does not stop the others: an image without its
 * signature is told of, and whoever calls decides whether that is enough. Throws only the signal's reason.
 */
export async function copyReferrers(job: CopyReferrers): Promise<CopiedReferrers> {
  const copied: Referrer[] = [];
  const refused: CopiedReferrers['refused'][number][] = [];
  const here = new Map<Digest, Manifest>();
  for (const referrer of job.referrers) {
    try {
      here.set(referrer.digest, await copyOne(job, referrer));
      copied.push(referrer);
    } catch (error) {
      job.signal?.throwIfAborted();
      refused.push({ referrer, why: wordsOf(error), error });
    }
  }
  return listed(job, { copied, refused }, here);
}

async function copyOne(job: CopyReferrers, { digest, tag }: Referrer): Promise<Manifest> {
  const { target, signal } = job;
  const tree = await job.treeOf(digest);
  const plan = await job.planOf(tree);
  const refusal = job.refusal(plan);
  if (refusal !== undefined) throw new CannotKeep(refusal);
  await job.copy(tree, plan);
  if (tag !== undefined) {
    const put = await putTag({ target, tag, manifest: tree.manifest, signal });
    if (put.kind === 'conflict') throw new CannotKeep(`the tag ${tag} is taken and cannot be moved`);
  }
  return tree.manifest;
}

class CannotKeep extends Error {}

const wordsOf = (error: unknown): string => {
  if (isRegistryError(error)) return `${error.code}: ${error.detail}`;
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown';
};

/**
 * A registry without a list of referrers needs the tag that stands in for it, kept by whoever pushes
 * (distribution-spec, "Pushing Manifests with Subject").
 */
async function listed(
  { target, signal }: CopyReferrers,
  done: CopiedReferrers,
  here: ReadonlyMap<Digest, Manifest>,
): Promise<CopiedReferrers> {
  const bySubject = Map.groupBy(
    done.copied.filter(({ tag }) => tag === undefined),
    ({ subject }) => subject,
  );
  let result = done;
  for (const [subject, referrers] of bySubject) {
    try {
      if ((await target.listReferrers(subject, signal)) !== undefined) continue;
      const manifests = referrers.flatMap(({ digest }) => here.get(digest) ?? []);
      await addToTag(target, { subject, manifests, signal });
    } catch (error) {
      signal?.throwIfAborted();
      const lost = referrers.map((referrer) => ({ referrer, why: wordsOf(error), error }));
      result = {
        copied: result.copied.filter((each) => !referrers.includes(each)),
        refused: [...result.refused, ...lost],
      };
    }
  }
  return result;
}

interface Addition {
  readonly subject: Digest;
  readonly manifests: readonly Manifest[];
  readonly signal: AbortSignal | undefined;
}

async function addToTag(target: Repository, { subject, manifests, signal }: Addition): Promise<void> {
  const tag = referrersTag(subject);
  const before = (await target.headManifest(tag, signal)) && (await target.getManifest(tag, signal));
  if (before && before.kind !== 'index') {
    const place = { host: target.host, operation: 'put manifest', repository: target.name } as const;
    const detail = `${tag} is an image of its own`;
    throw new RegistryError({ ...place, code: 'unsupported manifest', detail, retryable: false });
  }
  const there = new Set(before?.manifests.map(({ digest }) => digest));
  const added = manifests.filter(({ digest }) => !there.has(digest));
  if (added.length === 0) return;
  // What others wrote there stays as they wrote it.
  const old = v.parse(rawIndex, before ? readManifestJson(before.bytes) : {});
  const manifestsNow = [...(old.manifests ?? []), ...added.map(entryOf)];
  const document = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, ...old, manifests: manifestsNow };
  const index = parseManifest(Buffer.from(JSON.stringify(document)), MEDIA_TYPE.ociIndex);
  await target.putManifest(tag, index, signal);
}

const rawIndex = v.looseObject({ manifests: v.optional(v.array(v.looseObject({}))) });

const entryOf = (manifest: Manifest): object => ({
  mediaType: manifest.mediaType,
  digest: manifest.digest,
  size: manifest.bytes.byteLength,
  ...(manifest.kind === 'image' && { artifactType: manifest.artifactType }),
});
