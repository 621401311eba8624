import { type BlobAt, headBlob } from './blobs.ts';
import { isRegistryError, RegistryError } from './errors.ts';
import { retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import {
  dropUpload,
  mountUpload,
  refusesOnePut,
  saysItIsThere,
  saysTheBytesAreOthers,
  startUpload,
  type UploadWay,
} from './upload-session.ts';

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
  const { signal } = work;
  const sendBy = async (way: UploadWay, started?: URL): Promise<void> => {
    const ours = new AbortController();
    const both = signal ? AbortSignal.any([signal, ours.signal]) : ours.signal;
    let url = started;
    const start = async (): Promise<URL> => {
      url ??= await startUpload(transport, at, both);
      return url;
    };
    try {
      await work.send({ way, start, signal: both });
    } catch (error) {
      // Whoever gives up may end the process next: the upload is given up before.
      const dropped = url && dropUpload(transport, at, url);
      if (signal?.aborted) await dropped;
      throw signal?.aborted ? signal.reason : error;
    } finally {
      // One side failing closes the other.
      ours.abort();
    }
  };
  /** A registry that has taken a blob in two steps after refusing it in one gets all its blobs so from then on. */
  const inTwoSteps = async (): Promise<void> => {
    work.onBytes?.(0);
    await sendBy('patch');
    transport.uploads.way = 'patch';
  };

  const attempt = async (n: number): Promise<void> => {
    // The answer of an attempt may have been lost after the registry had stored everything.
    if (n > 1 && (await headBlob(transport, at, signal))) return;
    work.onBytes?.(0);
    const mounted = n === 1 ? await mount(transport, at, work) : undefined;
    if (mounted === 'mounted') return work.onBytes?.(at.blob.sizeBytes);
    const { way } = transport.uploads;
    try {
      await sendBy(way, mounted);
    } catch (error) {
      signal?.throwIfAborted();
      if (way === 'put' && refusesOnePut(error)) return inTwoSteps();
      if (saysItIsThere(error) && (await headBlob(transport, at, signal))) return;
      // Read anew from the source once: what the target then still finds wrong stays wrong.
      if (n > 1 && saysTheBytesAreOthers(error)) {
        throw new RegistryError({ ...error, retryable: false }, error);
      }
      throw error;
    }
  };
  return retrying(transport.clock, attempt, signal);
}

/** Refusing to mount is no reason to stop: registries say 400, 401 or 404 to it (go-containerregistry#1679). */
async function mount(
  transport: Transport,
  at: BlobAt,
  { mountFrom, signal }: Uploading,
): Promise<URL | 'mounted' | undefined> {
  if (mountFrom === undefined || mountFrom === at.repository) return undefined;
  try {
    return await mountUpload(transport, at, { mountFrom, signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isRegistryError(error) || error.retryable) throw error;
    return undefined;
  }
}
