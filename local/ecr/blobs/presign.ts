import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Digest } from '../../../core/oci/digest.ts';

const LIFE_S = 3600;

export interface Presigner {
  /** Path and query of a GET that works without credentials for an hour. */
  sign(digest: Digest): string;
  check(digest: Digest, query: URLSearchParams): 'ok' | 'missing' | 'expired' | 'wrong';
}

/** Pre-signed addresses in the style of S3 (Signature Version 4 in the query). */
export function createPresigner(secret: string, now: () => number): Presigner {
  const signature = (digest: Digest, date: string) =>
    createHmac('sha256', secret).update(`GET\n${digest}\n${date}\n${LIFE_S}`).digest('hex');
  return {
    sign: (digest) => {
      const date = String(now());
      const query = new URLSearchParams({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Date': date,
        'X-Amz-Expires': String(LIFE_S),
        'X-Amz-Signature': signature(digest, date),
      });
      return `/${digest}?${query}`;
    },
    check: (digest, query) => {
      const given = query.get('X-Amz-Signature');
      const date = query.get('X-Amz-Date');
      if (!given || !date) return 'missing';
      const expected = signature(digest, date);
      if (given.length !== expected.length) return 'wrong';
      if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return 'wrong';
      return now() > Number(date) + LIFE_S * 1000 ? 'expired' : 'ok';
    },
  };
}
