import { createHmac, timingSafeEqual } from 'node:crypto';

/** Docker Hub's own answer to the wish for a longer life: 300 s. */
export const TOKEN_LIFE_S = 300;

/** What a token says (distribution's "Token Authentication Specification": claim set). */
export interface TokenClaims {
  /** The account, or `anonymous`. */
  readonly user: string;
  readonly service: string;
  readonly issuedAtS: number;
  readonly access: readonly {
    readonly type: string;
    readonly name: string;
    readonly actions: readonly string[];
  }[];
}

export interface Tokens {
  issue(claims: TokenClaims): string;
  /** The claims of a token of ours that has not expired. */
  read(token: string): TokenClaims | undefined;
}

const HEADER = encode({ typ: 'JWT', alg: 'HS256' });

/** Signed tokens in the shape of a JWT; `key` is known to the token service and the registry only. */
export function createTokens(key: Uint8Array, now: () => number): Tokens {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    issue: (claims) => {
      const body = `${HEADER}.${encode(claims)}`;
      return `${body}.${sign(body)}`;
    },
    read: (token) => {
      const [header, payload, signature, ...rest] = token.split('.');
      if (header !== HEADER || !payload || !signature || rest.length > 0) return undefined;
      const given = Buffer.from(signature);
      const right = Buffer.from(sign(`${header}.${payload}`));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      // Only issue() makes a payload with this signature, so its shape needs no check.
      const claims: TokenClaims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
      return now() < (claims.issuedAtS + TOKEN_LIFE_S) * 1000 ? claims : undefined;
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
