import pLimit from 'p-limit';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { blobsOf, type Manifest } from '../../core/oci/manifest.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';
import { type Flights, openFlights } from './flights.ts';
import type { CopyPlan } from './plan.ts';
import { openProgress, type Progress } from './progress.ts';
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
  /** Shared by copies into the same registries, so that a blob two of them need is sent once. */
  readonly flights?: Flights | undefined;
  /** Sockets of our own by default. */
  readonly transfer?: BlobTransfer | undefined;
  /** Blobs at once; 4 by default: many large uploads at once make ECR cut connections (dotnet/sdk-container-builds#279). */
  readonly concurrency?: number | undefined;
}

/**
 * Moves what the plan says is missing: blobs, then manifests by digest, children before their index. No tag
 * is put, so nobody sees the image before it is whole. The first failure stops everything under way and is
 * thrown when all of it has stopped. Running it again goes on where the target stands.
 */
export async function copyImage(copy: CopyImage): Promise<void> {
  const stop = new AbortController();
  const signal = copy.signal ? AbortSignal.any([copy.signal, stop.signal]) : stop.signal;
  const progress = openProgress(copy.plan.blobs, copy.onProgress);
  const send = blobSender(copy, progress, signal);
  const limit = pLimit(copy.concurrency ?? 4);
  const all = copy.plan.blobs.map((blob) =>
    limit(async () => {
      // Inside the limit: the next in the queue must find it stopped.
      try {
        signal.throwIfAborted();
        await copy.beforeBlob?.();
        await send(blob);
      } catch (error) {
        stop.abort(error);
      }
    }),
  );
  await Promise.all(all);
  // The first failure is the abort's reason; those after it are only its echo.
  signal.throwIfAborted();
  for (const manifest of copy.plan.manifests) await pushManifest(copy, manifest, send);
}

type SendBlob = (blob: Descriptor, how?: 'join' | 'again') => Promise<void>;

function blobSender(
  copy: CopyImage,
  progress: ReturnType<typeof openProgress>,
  signal: AbortSignal,
): SendBlob {
  const { source, target, transfer = socketTransfer, flights = openFlights() } = copy;
  return async (blob, how = 'join') => {
    const onBytes = (sent: number): void => progress.sent(blob, sent);
    await flights[how](`${target.host}/${target.name}@${blob.digest}`, () =>
      transfer({ source, target, blob, onBytes, signal }),
    );
    progress.done(blob);
  };
}

/**
 * A registry may forget blobs that no manifest names yet (ECR: "may be cleaned up at any time"), or have said
 * it has one that it has not. What it then names as missing, or everything, is sent once more.
 */
async function pushManifest(copy: CopyImage, manifest: Manifest, send: SendBlob): Promise<void> {
  const { target, tree, signal } = copy;
  try {
    await target.putManifest(manifest.digest, manifest, signal);
    return;
  } catch (error) {
    if (!isRegistryError(error, 'blob unknown')) throw error;
    if (manifest.kind === 'image') {
      for (const blob of named(blobsOf(manifest), error.missing)) await send(blob, 'again');
    } else {
      const listed = new Set<Digest>(manifest.manifests.map(({ digest }) => digest));
      const children = manifestsOf(tree).filter(({ digest }) => listed.has(digest));
      for (const child of named(children, error.missing)) await pushManifest(copy, child, send);
    }
  }
  await target.putManifest(manifest.digest, manifest, signal);
}

function named<T extends { readonly digest: Digest }>(
  all: readonly T[],
  missing: readonly Digest[] | undefined,
): readonly T[] {
  const some = all.filter(({ digest }) => missing?.includes(digest));
  return some.length > 0 ? some : all;
}
