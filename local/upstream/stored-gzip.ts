import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Digest, parseDigest } from '../../core/oci/digest.ts';
import type { Source } from './tar.ts';

/** DEFLATE's largest stored block (RFC 1951, 3.2.4). */
const BLOCK_MAX = 65_535;
const BLOCK_HEADER = 5;
const STRIDE = BLOCK_HEADER + BLOCK_MAX;
const HEADER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]);
const TRAILER = 8;

/**
 * A gzip member (RFC 1952) that stores its content instead of compressing it, so that the place of every
 * byte is known beforehand and any range can be made without making what comes before it.
 * `checksum` is the content's CRC-32, as measureStoredGzip() finds it.
 */
export function storedGzip(content: Source, checksum: number): Source {
  const blocks = blocksOf(content);
  const tail = trailer(content, checksum);
  const dataEnd = HEADER.length + blocks * BLOCK_HEADER + content.sizeBytes;
  return {
    sizeBytes: dataEnd + TRAILER,
    read: (start, end) => {
      const pieces: Buffer[] = [];
      if (start < HEADER.length) pieces.push(HEADER.subarray(start, end));
      const first = Math.max(0, Math.floor((start - HEADER.length) / STRIDE));
      for (let index = first; index < blocks; index += 1) {
        const at = HEADER.length + index * STRIDE;
        if (at >= end) break;
        const block = Buffer.concat([blockHeader(content, index), blockContent(content, index)]);
        pieces.push(block.subarray(Math.max(0, start - at), end - at));
      }
      if (end > dataEnd) pieces.push(tail.subarray(Math.max(0, start - dataEnd), end - dataEnd));
      return Buffer.concat(pieces);
    },
  };
}

/** What has to be computed over all bytes: one pass over the content, little memory. */
export function measureStoredGzip(content: Source): {
  readonly digest: Digest;
  readonly contentDigest: Digest;
  readonly checksum: number;
} {
  const whole = createHash('sha256').update(HEADER);
  const inner = createHash('sha256');
  let checksum = 0;
  for (let index = 0; index < blocksOf(content); index += 1) {
    const bytes = blockContent(content, index);
    checksum = crc32(bytes, checksum);
    inner.update(bytes);
    whole.update(blockHeader(content, index)).update(bytes);
  }
  whole.update(trailer(content, checksum));
  return {
    digest: parseDigest(`sha256:${whole.digest('hex')}`),
    contentDigest: parseDigest(`sha256:${inner.digest('hex')}`),
    checksum,
  };
}

const blocksOf = (content: Source): number => Math.max(1, Math.ceil(content.sizeBytes / BLOCK_MAX));

const blockEnd = (content: Source, index: number): number =>
  Math.min(content.sizeBytes, (index + 1) * BLOCK_MAX);

const blockContent = (content: Source, index: number): Buffer =>
  content.read(index * BLOCK_MAX, blockEnd(content, index));

function blockHeader(content: Source, index: number): Buffer {
  const length = blockEnd(content, index) - index * BLOCK_MAX;
  const head = Buffer.alloc(BLOCK_HEADER);
  head.writeUInt8(index === blocksOf(content) - 1 ? 1 : 0, 0);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(~length & 0xffff, 3);
  return head;
}

function trailer(content: Source, checksum: number): Buffer {
  const bytes = Buffer.alloc(TRAILER);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(content.sizeBytes % 2 ** 32, 4);
  return bytes;
}
