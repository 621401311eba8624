import * as v from 'valibot';
import { type Digest, digestOf, isDigest } from '../../core/oci/digest.ts';
import type { Reference } from '../../core/oci/reference.ts';
import { countReferrers, type Referrer, REFERRER_KINDS } from '../../core/oci/referrer.ts';
import { failures } from '../../core/request/failure.ts';
import type { PinnedReferrers } from '../../core/request/image-facts.ts';
import { findReferrers } from '../copy/find-referrers.ts';
import type { WorkerDeps } from '../deps.ts';
import { isRegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import { readTree } from './read-tree.ts';
import type { ResolveJob } from './resolve-image.ts';
import { atSource, Trouble } from './trouble.ts';

/** More than these are a row of their own: a list of 25 images must stay far below what an item may hold. */
const IN_ITEM_MAX = 8;
const LIMITS: ReadonlySet<RegistryErrorCode> = new Set(['rate limited', 'pull reserve']);
const LIST_TYPE = 'application/json';

export interface Pinned {
  readonly referrers?: PinnedReferrers;
  readonly pulls: number;
}

/**
 * What speaks of the image, pinned by digest, so that an approval covers it. A registry that does not say what there is
 * does not hold the image up, unless the configuration requires its signatures.
 */
export async function pinReferrers(
  deps: WorkerDeps,
  { entry, signal }: Pick<ResolveJob, 'entry' | 'signal'>,
  subjects: readonly Digest[],
): Promise<Pinned> {
  const { source } = entry;
  const wanted = deps.config.referrers;
  if (wanted === 'skip') return { pulls: 0 };
  let pulls = 0;
  const treeOf = async (digest: Digest) => {
    const read = await readTree(deps, { entry, signal }, digest);
    pulls += read.pulls;
    return read.tree;
  };
  try {
    const found = await findReferrers({ source: deps.sources.repository(source), subjects, treeOf, signal });
    if (found.left !== undefined && wanted === 'required')
      throw unknown(source, { why: found.left, passing: false });
    const { referrers: list, sizeBytes, left } = found;
    const pinned = { counts: countReferrers(list), sizeBytes, ...(left !== undefined && { unknown: left }) };
    if (list.length <= IN_ITEM_MAX) return { referrers: { ...pinned, list }, pulls };
    const bytes = Buffer.from(JSON.stringify(list));
    const listDigest = digestOf(bytes);
    await deps.store.bytes.put(listDigest, { bytes, mediaType: LIST_TYPE });
    return { referrers: { ...pinned, listDigest }, pulls };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRegistryError(error)) throw error;
    // A limit opens again: what speaks of the image is not left out because of one.
    if (LIMITS.has(error.code)) return atSource(source, () => Promise.reject(error));
    if (wanted === 'required')
      throw unknown(source, { why: error.detail, passing: error.retryable, cause: error });
    const why = `${error.code}: ${error.detail}`.slice(0, 200);
    return { referrers: { list: [], counts: {}, sizeBytes: 0, unknown: why }, pulls };
  }
}

/** The list as it was pinned; undefined where the row that holds it is gone or is not that list. */
export async function pinnedList(
  deps: WorkerDeps,
  pinned: PinnedReferrers,
): Promise<readonly Referrer[] | undefined> {
  if (pinned.list) return pinned.list;
  if (!pinned.listDigest) return [];
  const row = await deps.store.bytes.get(pinned.listDigest);
  if (!row || digestOf(row.bytes) !== pinned.listDigest) return undefined;
  return v.parse(list, JSON.parse(Buffer.from(row.bytes).toString('utf8')));
}

const digest = v.custom<Digest>((text) => typeof text === 'string' && isDigest(text), 'a digest');
const list = v.array(
  v.object({
    digest,
    subject: digest,
    kind: v.picklist(REFERRER_KINDS),
    tag: v.exactOptional(v.string()),
  }),
);

interface Unknown {
  readonly why: string;
  readonly passing: boolean;
  readonly cause?: unknown;
}

function unknown(source: Reference, { why, passing, cause }: Unknown): Trouble {
  return new Trouble({ failure: failures.referrersUnknown({ source, why }), passing }, cause);
}
