import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { abortable } from '../registry/abortable.ts';
import type { Ecr } from './client.ts';

/** A token is not used in its last ten minutes: an upload that begins with it must also end with it. */
const RENEW_BEFORE_MS = 10 * 60 * 1000;
/** Should AWS not say when it ends. A token lives 12 hours at most, no longer than the credentials behind it. */
const UNSAID_LIFE_MS = 60 * 60 * 1000;

/** Registry tokens by account and Region. Their text goes into one header and nowhere else. */
export interface Authorizations {
  /**
   * The ready value of the Authorization header, `Basic …`. Many callers at once cause one call.
   * Rejects with the SDK's error where AWS gives no token and none that is left is still good.
   */
  header(ecr: Ecr, signal?: AbortSignal): Promise<string>;
  /**
   * After the registry called a token expired (403, not 401: awslabs/soci-snapshotter#1148): the next `header`
   * is a new one. A header that was replaced meanwhile changes nothing, so many may report the same one.
   */
  forget(ecr: Ecr, header: string): void;
}

interface Token {
  readonly header: string;
  readonly expiresAt: number;
}

/** `now` in epoch milliseconds. */
export function createAuthorizations(now: () => number): Authorizations {
  const tokens = new Map<string, Token>();
  const underway = new Map<string, Promise<Token>>();

  const renew = (ecr: Ecr): Promise<Token> => {
    const key = keyOf(ecr);
    const running = underway.get(key);
    if (running) return running;
    const asked = ask(ecr, now)
      .then((token) => {
        tokens.set(key, token);
        return token;
      })
      .finally(() => underway.delete(key));
    underway.set(key, asked);
    return asked;
  };

  return {
    header: async (ecr, signal) => {
      const token = tokens.get(keyOf(ecr));
      if (token && token.expiresAt - now() >= RENEW_BEFORE_MS) return token.header;
      try {
        // One caller that goes away must not take the token from the others: the call itself goes on.
        return (await abortable(renew(ecr), signal)).header;
      } catch (error) {
        if (!signal?.aborted && token && token.expiresAt > now() && tokens.get(keyOf(ecr)) === token) {
          return token.header;
        }
        throw error;
      }
    },
    forget: (ecr, header) => {
      if (tokens.get(keyOf(ecr))?.header === header) tokens.delete(keyOf(ecr));
    },
  };
}

const keyOf = ({ account, region }: Ecr): string => `${account}/${region}`;

async function ask(ecr: Ecr, now: () => number): Promise<Token> {
  const { authorizationData = [] } = await ecr.client.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData;
  if (!data?.authorizationToken) throw new Error('ECR answered GetAuthorizationToken without a token');
  return {
    header: `Basic ${data.authorizationToken}`,
    expiresAt: data.expiresAt?.getTime() ?? now() + UNSAID_LIFE_MS,
  };
}
