import { createHash } from 'node:crypto';
import type { State } from './state.ts';

/** AWS: "valid for 12 hours" (GetAuthorizationToken). */
const LIFE_MS = 12 * 60 * 60 * 1000;

export type TokenCheck =
  | { readonly kind: 'valid'; readonly principal: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'otherRegion' }
  | { readonly kind: 'unknown' };

export interface Tokens {
  issue(principal: string): { readonly authorizationToken: string; readonly expiresAt: number };
  check(password: string): TokenCheck;
  expireAll(): void;
}

export interface TokenOptions {
  readonly state: State;
  readonly region: string;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** Registry passwords as ECR issues them: long, opaque, of one Region. Only their hashes are kept. */
export function createTokens({ state, region, now, randomHex }: TokenOptions): Tokens {
  return {
    issue: (principal) => {
      const expiresAt = now() + LIFE_MS;
      // The real one is base64 of JSON, well above 1 KB: a client that caps it at a small buffer breaks.
      const opaque = {
        payload: randomHex(700),
        datakey: region,
        version: '2',
        type: 'DATA_KEY',
        expiration: expiresAt,
      };
      const password = Buffer.from(JSON.stringify(opaque)).toString('base64');
      state.change({ kind: 'token', hash: hashOf(password), token: { principal, expiresAt } });
      return { authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt };
    },
    check: (password) => {
      const token = state.tokens.get(hashOf(password));
      if (!token)
        return regionOf(password) !== region && regionOf(password)
          ? { kind: 'otherRegion' }
          : { kind: 'unknown' };
      return token.expiresAt <= now() ? { kind: 'expired' } : { kind: 'valid', principal: token.principal };
    },
    expireAll: () => state.change({ kind: 'tokensExpired', at: now() }),
  };
}

const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');

function regionOf(password: string): string | undefined {
  try {
    const opaque: unknown = JSON.parse(Buffer.from(password, 'base64').toString('utf8'));
    if (typeof opaque !== 'object' || opaque === null || !('datakey' in opaque)) return undefined;
    return typeof opaque.datakey === 'string' ? opaque.datakey : undefined;
  } catch {
    return undefined;
  }
}
