import type { Digest } from '../../core/oci/digest.ts';

/** What happens to a blob on its way: the connection ends after so many bytes of it, or one byte is another. */
export type BlobDamage =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'flip'; readonly atByte: number };

export interface Damages {
  /** The next `times` downloads of this blob are damaged. */
  add(digest: Digest, damage: BlobDamage, times: number): void;
  /** Uses one up. The function gets each piece and its place in the blob; a shorter answer means: stop there. */
  take(digest: Digest): ((piece: Buffer, at: number) => Buffer) | undefined;
}

export function createDamages(): Damages {
  const waiting = new Map<Digest, BlobDamage[]>();
  return {
    add: (digest, damage, times) => {
      waiting.set(digest, [...(waiting.get(digest) ?? []), ...Array<BlobDamage>(times).fill(damage)]);
    },
    take: (digest) => {
      const damage = waiting.get(digest)?.shift();
      return damage && ((piece, at) => apply(damage, piece, at));
    },
  };
}

function apply(damage: BlobDamage, piece: Buffer, at: number): Buffer {
  switch (damage.kind) {
    case 'cut':
      return piece.subarray(0, Math.max(0, damage.afterBytes - at));
    case 'flip': {
      const place = damage.atByte - at;
      if (place < 0 || place >= piece.length) return piece;
      const changed = Buffer.from(piece);
      changed.writeUInt8(changed.readUInt8(place) ^ 0xff, place);
      return changed;
    }
    default:
      return damage satisfies never;
  }
}
