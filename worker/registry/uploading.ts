import { type BlobAt, headBlob } from './blobs.ts';
import { isRegistryError } from './errors.ts';
import { retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import { dropUpload, refusesOnePut, startUpload, type UploadWay } from './upload-session.ts';

/** One attempt to get a blob into its target. */
export interface UploadAttempt {
  readonly way: UploadWay;
  /** Asks for an upload, when the source's first byte is there: it must not time out while waiting. */
  readonly start: () => Promise<URL>;
  /** Ends with the attempt. */
  readonly signal: AbortSignal;
}

export interface Uploading {
  /** From the source's first byte to the target's yes. */
  readonly send: (attempt: UploadAttempt) => Promise<void>;
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: string | undefined;
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Attempts until the target has the blob, each in a new upload. */
export async function uploading(transport: Transport, at: BlobAt, work: Uploading): Promise<void> {
  const attempt = async (n: number): Promise<void> => {
    // The answer of an attempt may have been lost after the registry had stored everything.
    if (n > 1 && (await headBlob(transport, at, work.signal))) return;
    work.onBytes?.(0);
    const ours = new AbortController();
    const signal = work.signal ? AbortSignal.any([work.signal, ours.signal]) : ours.signal;
    const mounted = n === 1 ? await mount(transport, at, work) : undefined;
    if (mounted === 'mounted') return work.onBytes?.(at.blob.sizeBytes);
    let url = mounted;
    const start = async (): Promise<URL> => {
      const started = url ?? (await startUpload(transport, at, { signal }));
      if (started === 'mounted') throw new TypeError('nothing was to be mounted');
      url = started;
      return started;
    };
    const { way } = transport.uploads;
    try {
      await work.send({ way, start, signal });
    } catch (error) {
      if (url) dropUpload(transport, at, url);
      if (work.signal?.aborted) throw work.signal.reason;
      if (way === 'patch' || !refusesOnePut(error)) throw error;
      // From now on this registry gets its blobs in the other way.
      transport.uploads.way = 'patch';
      return attempt(n);
    } finally {
      // One side failing closes the other.
      ours.abort();
    }
  };
  return retrying(transport.clock, attempt, work.signal);
}

/** Refusing to mount is no reason to stop: registries say 400, 401 or 404 to it (go-containerregistry#1679). */
async function mount(
  transport: Transport,
  at: BlobAt,
  { mountFrom, signal }: Uploading,
): Promise<URL | 'mounted' | undefined> {
  if (mountFrom === undefined || mountFrom === at.repository) return undefined;
  try {
    return await startUpload(transport, at, { mountFrom, signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isRegistryError(error) || error.retryable) throw error;
    return undefined;
  }
}
