import pLimit from 'p-limit';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { blobsOf, type Manifest } from '../../core/oci/manifest.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';
import { type Flights, openFlights } from './flights.ts';
import type { CopyPlan } from './plan.ts';
import { openProgress, type Progress } from './progress.ts';
import { putTag, type TagOutcome } from './put-tag.ts';
import type { Slots } from './slots.ts';
import { socketTransfer } from './socket-transfer.ts';
import type { BlobTransfer } from './transfer.ts';
import { type ImageTree, manifestsOf } from './tree.ts';

export interface CopyImage {
  readonly source: Repository;
  readonly target: Repository;
  readonly tree: ImageTree;
  readonly plan: CopyPlan;
  readonly signal?: AbortSignal | undefined;
  /** Called for every piece sent: keep it cheap. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Before each blob: the place to look at a lease; what it throws stops the copy. */
  readonly beforeBlob?: (() => Promise<void> | void) | undefined;
  /**
   * The root is put by this tag alone, not by its digest before: one request less where nothing has to come between the
   * two. Without it nobody sees the image when this ends.
   */
  readonly tag?: string | undefined;
  /** Shared by copies into the same registries, so that a blob two of them need is sent once; by default those of `slots`. */
  readonly flights?: Flights | undefined;
  /** Shared by all copies of a process; without it only `concurrency` limits. */
  readonly slots?: Slots | undefined;
  /** A repository of the target's registry that may have blobs of this image; by default the source, where it is one. */
  readonly mountFrom?: string | undefined;
  /** Sockets of our own by default. */
  readonly transfer?: BlobTransfer | undefined;
  /** Blobs at once; 4 by default: many large uploads at once make ECR cut connections (dotnet/sdk-container-builds#279). */
  readonly concurrency?: number | undefined;
}

/**
 * Moves what the plan says is missing: blobs, then manifests by digest, children before their index, so that nobody sees
 * the image before it is whole. The first failure stops everything under way and is thrown when all of it has stopped.
 * Running it again goes on where the target stands.
 */
export async function copyImage(copy: CopyImage): Promise<TagOutcome> {
  const stop = new AbortController();
  const signal = copy.signal ? AbortSignal.any([copy.signal, stop.signal]) : stop.signal;
  const progress = openProgress(copy.plan.blobs, copy.onProgress);
  const flights = copy.flights ?? copy.slots?.flights ?? openFlights();
  const send = blobSender({ copy, progress, flights, signal });
  const together: Together = async (all, atOnce, work) => {
    const limit = pLimit(atOnce);
    const one = async (each: (typeof all)[number]): Promise<void> => {
      // Inside the limit: the next in the queue must find it stopped.
      try {
        signal.throwIfAborted();
        await work(each);
      } catch (error) {
        stop.abort(error);
      }
    };
    await Promise.all(all.map((each) => limit(() => one(each))));
    // The first failure is the abort's reason; those after it are only its echo.
    signal.throwIfAborted();
  };
  await together(largestAndSmallest(copy.plan.blobs), copy.concurrency ?? 4, async (blob) => {
    await copy.beforeBlob?.();
    await send(blob);
  });
  const pushing: Pushing = { copy, flights, send, signal };
  await pushManifests(pushing, together);
  const { manifest: root } = copy.tree;
  const { tag, target } = copy;
  if (tag === undefined) return { kind: 'tagged' };
  return push(pushing, root, () =>
    inTurn(pushing, root, () => putTag({ target, tag, manifest: root, signal })),
  );
}

/** Works on all of them, so many at once; the first failure stops the others. */
type Together = <T>(all: readonly T[], atOnce: number, work: (each: T) => Promise<void>) => Promise<void>;

interface Pushing {
  readonly copy: CopyImage;
  readonly flights: Flights;
  readonly send: SendBlob;
  readonly signal: AbortSignal;
}

const MANIFESTS_AT_ONCE = 4;

/** Images beside each other, then the indexes, each after those it lists. */
async function pushManifests(pushing: Pushing, together: Together): Promise<void> {
  const { manifests, rootDigest } = pushing.copy.plan;
  const byDigest = manifests.filter(({ digest }) => pushing.copy.tag === undefined || digest !== rootDigest);
  const images = byDigest.filter(({ kind }) => kind === 'image');
  await together(images, MANIFESTS_AT_ONCE, (manifest) => pushManifest(pushing, manifest));
  for (const manifest of byDigest) if (manifest.kind === 'index') await pushManifest(pushing, manifest);
}

/**
 * One large blob is always under way, with small ones beside it: the last to end is then seldom one that began late.
 * The plan has the largest first.
 */
function largestAndSmallest(blobs: readonly Descriptor[]): readonly Descriptor[] {
  const half = Math.ceil(blobs.length / 2);
  const [large, small] = [blobs.slice(0, half), blobs.slice(half).toReversed()];
  return large.flatMap((blob, at) => [blob, ...small.slice(at, at + 1)]);
}

/** `again`: the registry has lost what it was given. */
type How = 'join' | 'again';
type SendBlob = (blob: Descriptor, how?: How) => Promise<void>;

interface Sending {
  readonly copy: CopyImage;
  readonly progress: ReturnType<typeof openProgress>;
  readonly flights: Flights;
  readonly signal: AbortSignal;
}

function blobSender({ copy, progress, flights, signal }: Sending): SendBlob {
  const { source, target, slots, transfer = socketTransfer } = copy;
  const mountFrom = copy.mountFrom ?? (source.host === target.host ? source.name : undefined);
  return async (blob, how = 'join') => {
    const onBytes = (sent: number): void => progress.sent(blob, sent);
    const carry = async (): Promise<void> => {
      const release = await slots?.take([source.host, target.host], signal);
      try {
        await transfer({ source, target, blob, onBytes, mountFrom, signal });
      } finally {
        release?.();
      }
    };
    await flights[how](keyOf(target, blob.digest), carry, signal);
    progress.done(blob);
  };
}

const keyOf = ({ host, name }: Repository, digest: Digest): string => `${host}/${name}@${digest}`;

async function pushManifest(pushing: Pushing, manifest: Manifest, how: How = 'join'): Promise<void> {
  const { copy, flights, signal } = pushing;
  const { target } = copy;
  const { digest } = manifest;
  const put = (): Promise<void> =>
    inTurn(pushing, manifest, () => target.putManifest(digest, manifest, signal));
  await flights[how](keyOf(target, digest), () => push(pushing, manifest, put), signal);
}

/**
 * Two PUTs of the same bytes at the same moment: Debian's docker-registry keeps a manifest once for all its repositories
 * and writes it in place, so each would read the other's half and refuse it with DIGEST_INVALID.
 */
const inTurn = <T>({ copy, flights, signal }: Pushing, { digest }: Manifest, put: () => Promise<T>) =>
  flights.inTurn(`manifest ${copy.target.host}@${digest}`, put, signal);

/**
 * A registry may forget blobs that no manifest names yet (ECR: "may be cleaned up at any time"), or have said
 * it has one that it has not. What it then names as missing, or everything, is sent once more.
 */
async function push<T>(pushing: Pushing, manifest: Manifest, put: () => Promise<T>): Promise<T> {
  try {
    return await put();
  } catch (error) {
    if (!isRegistryError(error, 'blob unknown')) throw error;
    if (manifest.kind === 'image') {
      for (const blob of named(blobsOf(manifest), error.missing)) await pushing.send(blob, 'again');
    } else {
      const listed = new Set<Digest>(manifest.manifests.map(({ digest }) => digest));
      const children = manifestsOf(pushing.copy.tree).filter(({ digest }) => listed.has(digest));
      for (const child of named(children, error.missing)) await pushManifest(pushing, child, 'again');
    }
  }
  return put();
}

function named<T extends { readonly digest: Digest }>(
  all: readonly T[],
  missing: readonly Digest[] | undefined,
): readonly T[] {
  const some = all.filter(({ digest }) => missing?.includes(digest));
  return some.length > 0 ? some : all;
}
