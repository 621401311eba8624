import type { Challenge } from './challenge.ts';
import { type Account, basicHeader } from './keychain.ts';
import type { TokenRequest, Tokens } from './tokens.ts';

/** What a request needs to be allowed; `push` includes pulling. */
export interface Scope {
  readonly repository: string;
  readonly access: 'pull' | 'push';
}

/** Where the Authorization header of a registry's requests comes from. */
export interface Authorization {
  /** What to send at first; undefined is nothing. */
  header(scope: Scope, signal?: AbortSignal): Promise<string | undefined>;
  /** After the registry refused `header`; undefined when there is nothing else to show. */
  renew(scope: Scope, refused: RefusedHeader, signal?: AbortSignal): Promise<string | undefined>;
}
export interface RefusedHeader {
  readonly header: string | undefined;
  readonly challenges: readonly Challenge[];
}

/**
 * A registry that takes a ready header and needs no dance: Amazon ECR's `Basic <authorizationToken>`.
 * `get('renew')` is asked for another one after the registry called the last expired; from then on 'use' gives it.
 */
export function headerAuthorization(
  get: (why: 'use' | 'renew', signal?: AbortSignal) => Promise<string>,
): Authorization {
  return {
    header: (_scope, signal) => get('use', signal),
    renew: (_scope, _refused, signal) => get('renew', signal),
  };
}

export interface ChallengeOptions {
  readonly tokens: Tokens;
  readonly account: Account | undefined;
}

/**
 * Docker's way (distribution-spec and docs.docker.com/reference/api/registry/auth): ask, read the challenge,
 * fetch a token. What a registry asked once is remembered, so later requests come with their token at once.
 */
export function challengeAuthorization({ tokens, account }: ChallengeOptions): Authorization {
  const known = new Map<string, TokenRequest>();
  let service: Pick<TokenRequest, 'realm' | 'service'> | undefined;
  let basic: string | undefined;

  const bearer = async (request: TokenRequest, signal?: AbortSignal): Promise<string> =>
    `Bearer ${await tokens.get(request, signal)}`;
  const remembered = (scope: Scope): TokenRequest | undefined =>
    known.get(keyOf(scope)) ?? (service && { ...service, scope: ownScope(scope), account });

  return {
    header: async (scope, signal) => {
      if (basic !== undefined) return basic;
      const request = remembered(scope);
      return request && bearer(request, signal);
    },
    renew: async (scope, { header, challenges }, signal) => {
      const offer = challenges.find(
        ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
      );
      if (offer) {
        const request = tokenRequest(offer, scope, account);
        const before = header === undefined ? undefined : known.get(keyOf(scope));
        // RFC 6750, 3.1: the token is good and not enough; another one for the same scope will be no better.
        const enough = offer.parameters.get('error') !== 'insufficient_scope';
        if (!enough && before?.scope === request.scope && before.realm === request.realm) return undefined;
        service = { realm: request.realm, service: request.service };
        known.set(keyOf(scope), request);
        if (header?.startsWith('Bearer ')) tokens.drop(request, header.slice('Bearer '.length));
        return bearer(request, signal);
      }
      // ECR Public calls a token expired without offering a challenge.
      const request = remembered(scope);
      if (request && header?.startsWith('Bearer ')) {
        tokens.drop(request, header.slice('Bearer '.length));
        return bearer(request, signal);
      }
      if (!account || !challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
      basic = basicHeader(account);
      return basic === header ? undefined : basic;
    },
  };
}

function tokenRequest(offer: Challenge, scope: Scope, account: Account | undefined): TokenRequest {
  const asked = offer.parameters.get('scope') ?? '';
  // GitLab and pkg.dev know a repository by a scope of their own; a scope that cannot push is no use for a push.
  const fits = asked.startsWith('repository:') && asked.length <= 500;
  const enough = scope.access === 'pull' || /:[a-z,]*push/.test(asked);
  return {
    realm: offer.parameters.get('realm') ?? '',
    service: offer.parameters.get('service'),
    scope: fits && enough ? asked : ownScope(scope),
    account,
  };
}

const keyOf = ({ access, repository }: Scope): string => `${access} ${repository}`;

const ownScope = ({ repository, access }: Scope): string =>
  `repository:${repository}:${access === 'push' ? 'pull,push' : 'pull'}`;
