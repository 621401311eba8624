import { Readable } from 'node:stream';
import type { Digest } from '../../core/oci/digest.ts';
import type { BlobStore, Incoming } from './blob-store.ts';
import type { UploadLimits } from './upload-limits.ts';
import { uuid } from './uuid.ts';

/** An upload by parts of the control API. */
export interface LayerUpload {
  readonly id: string;
  readonly repository: string;
  /** Sizes of the parts so far. */
  readonly parts: readonly number[];
  readonly receivedBytes: number;
  /** The caller has checked that the part follows the last one. */
  add(part: Buffer): Promise<void>;
  /** Of all parts. */
  digest(): Promise<Digest>;
}

export interface LayerUploads {
  begin(repository: string): Promise<LayerUpload>;
  /** Undefined: never begun, of another repository, ended or too old. */
  find(repository: string, id: string): LayerUpload | undefined;
  /** Its bytes become a blob, or are gone. */
  end(upload: LayerUpload, how: 'keep' | 'discard'): Promise<void>;
  /** Every upload so far is as if it had never been. */
  forgetAll(): void;
}

export interface LayerUploadsOptions {
  readonly blobs: BlobStore;
  readonly limits: UploadLimits;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** In memory: a start of its own forgets what was under way, as on any registry. */
export function createLayerUploads(options: LayerUploadsOptions): LayerUploads {
  const { blobs, limits, now, randomHex } = options;
  const open = new Map<string, { readonly upload: LayerUpload; incoming: Incoming; startedAt: number }>();
  return {
    begin: async (repository) => {
      // Nobody can come back to these: only their bytes are left.
      for (const [old, { incoming, startedAt }] of open) {
        if (now() - startedAt < limits.lifeMs) continue;
        open.delete(old);
        await incoming.discard();
      }
      const id = uuid(randomHex);
      const incoming = await blobs.begin(id);
      const upload = openUpload({ id, repository, incoming });
      open.set(id, { upload, incoming, startedAt: now() });
      return upload;
    },
    find: (repository, id) => {
      const found = open.get(id);
      if (!found || found.upload.repository !== repository) return undefined;
      return now() - found.startedAt < limits.lifeMs ? found.upload : undefined;
    },
    end: async ({ id }, how) => {
      const found = open.get(id);
      open.delete(id);
      await (how === 'keep' ? found?.incoming.keep() : found?.incoming.discard());
    },
    forgetAll: () => open.clear(),
  };
}

interface Opened {
  readonly id: string;
  readonly repository: string;
  readonly incoming: Incoming;
}

function openUpload({ id, repository, incoming }: Opened): LayerUpload {
  const parts: number[] = [];
  let receivedBytes = 0;
  // One after the other, whoever sends: a part that is taken is counted before its bytes are written.
  let written: Promise<unknown> = Promise.resolve();
  return {
    id,
    repository,
    parts,
    get receivedBytes() {
      return receivedBytes;
    },
    add: async (part) => {
      parts.push(part.length);
      receivedBytes += part.length;
      written = written.then(() => incoming.append(Readable.from([part])));
      await written;
    },
    digest: async () => {
      await written;
      return incoming.digest();
    },
  };
}
