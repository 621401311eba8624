import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Digest, parseDigest } from '../../core/oci/digest.ts';

/** Bytes on their way in; nobody sees them before `keep`. */
export interface Incoming {
  readonly sizeBytes: number;
  /** Takes all of a stream; resolves to the bytes it had. Rejects when the stream breaks off. */
  append(source: Readable): Promise<number>;
  /** Of everything appended so far. */
  digest(): Digest;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** `end` is the last byte, inclusive, as in an HTTP range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The bytes by digest, whoever refers to them. */
export interface BlobStore {
  begin(id: string): Promise<Incoming>;
  read(digest: Digest, range?: ByteRange): Readable | undefined;
}

export const openBlobStore = (dataDir: string | undefined): BlobStore =>
  dataDir === undefined ? blobsInMemory() : blobsInFiles(dataDir);

/** Files are complete from the moment they have their name: they are renamed into place. */
function blobsInFiles(dataDir: string): BlobStore {
  const uploads = join(dataDir, 'uploads');
  const blobs = join(dataDir, 'blobs', 'sha256');
  rmSync(uploads, { recursive: true, force: true });
  mkdirSync(uploads, { recursive: true });
  mkdirSync(blobs, { recursive: true });
  const pathOf = (digest: Digest) => join(blobs, digest.slice('sha256:'.length));
  return {
    begin: async (id) => {
      const path = join(uploads, id);
      await writeFile(path, '');
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const digest = () => parseDigest(`sha256:${hash.copy().digest('hex')}`);
      return {
        get sizeBytes() {
          return sizeBytes;
        },
        append: async (source) => {
          const before = sizeBytes;
          // Open only while bytes come: a session that nobody ends holds no file.
          const file = await open(path, 'a');
          try {
            for await (const chunk of source) {
              hash.update(chunk);
              sizeBytes += chunk.length;
              await file.writeFile(chunk);
            }
          } finally {
            await file.close();
          }
          return sizeBytes - before;
        },
        digest,
        keep: () => rename(path, pathOf(digest())),
        discard: () => rm(path, { force: true }),
      };
    },
    read: (digest, range) =>
      existsSync(pathOf(digest)) ? createReadStream(pathOf(digest), range ?? {}) : undefined,
  };
}

function blobsInMemory(): BlobStore {
  const blobs = new Map<Digest, Buffer>();
  return {
    begin: async () => {
      const hash = createHash('sha256');
      let chunks: Buffer[] = [];
      let sizeBytes = 0;
      const digest = () => parseDigest(`sha256:${hash.copy().digest('hex')}`);
      return {
        get sizeBytes() {
          return sizeBytes;
        },
        append: async (source) => {
          const before = sizeBytes;
          for await (const chunk of source) {
            hash.update(chunk);
            sizeBytes += chunk.length;
            chunks.push(chunk);
          }
          return sizeBytes - before;
        },
        digest,
        keep: async () => {
          blobs.set(digest(), Buffer.concat(chunks));
          chunks = [];
        },
        discard: async () => {
          chunks = [];
        },
      };
    },
    read: (digest, range) => {
      const bytes = blobs.get(digest);
      if (!bytes) return undefined;
      return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]);
    },
  };
}
