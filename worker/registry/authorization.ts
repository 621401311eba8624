import { BoundedMap } from './bounded-map.ts';
import type { Challenge } from './challenge.ts';
import { RegistryError } from './errors.ts';
import { type Account, basicHeader } from './keychain.ts';
import { redact } from './redact.ts';
import { accountRefused, type TokenRequest } from './token-service.ts';
import type { TokenNeed, Tokens } from './tokens.ts';

/** What a request needs to be allowed; `push` includes pulling. */
export interface Scope {
  readonly repository: string;
  readonly access: 'pull' | 'push';
}

/** Where the Authorization header of a registry's requests comes from. */
export interface Authorization {
  /** What to send at first; undefined is nothing. */
  header(scope: Scope, need: TokenNeed, signal?: AbortSignal): Promise<string | undefined>;
  /** After the registry refused `header`; undefined when there is nothing else to show. */
  renew(scope: Scope, refused: RefusedHeader, signal?: AbortSignal): Promise<string | undefined>;
  /** The error that ends a request after `refused` was the last try: says whose credentials it was about. */
  explain(error: RegistryError, refused: RefusedHeader): RegistryError;
}
export interface RefusedHeader {
  readonly header: string | undefined;
  readonly challenges: readonly Challenge[];
}

/**
 * A registry that takes a ready header and needs no dance: Amazon ECR's `Basic <authorizationToken>`.
 * `get` is told the header that the registry called expired, and gives another one; undefined is the usual case.
 */
export function headerAuthorization(
  get: (refused: string | undefined, signal?: AbortSignal) => Promise<string>,
): Authorization {
  return {
    header: (_scope, _need, signal) => get(undefined, signal),
    renew: (_scope, { header }, signal) => get(header, signal),
    explain: (error) => error,
  };
}

/** Repositories whose own challenge is remembered; one that is forgotten is asked for anew. */
const KNOWN_MAX = 1_000;

export interface ChallengeOptions {
  readonly tokens: Tokens;
  readonly account: Account | undefined;
}

/**
 * Docker's way (distribution-spec and docs.docker.com/reference/api/registry/auth): ask, read the challenge,
 * fetch a token. What a registry asked once is remembered, so later requests come with their token at once.
 */
export function challengeAuthorization({ tokens, account }: ChallengeOptions): Authorization {
  const known = new BoundedMap<string, TokenRequest>(KNOWN_MAX);
  let service: Pick<TokenRequest, 'realm' | 'service'> | undefined;
  let basic: string | undefined;

  const bearer = async (request: TokenRequest, need: TokenNeed, signal?: AbortSignal): Promise<string> =>
    `Bearer ${await tokens.get(request, need, signal)}`;
  const remembered = (scope: Scope): TokenRequest | undefined =>
    known.get(keyOf(scope)) ?? (service && { ...service, scope: ownScope(scope), account });

  return {
    header: async (scope, need, signal) => {
      if (basic !== undefined) return basic;
      const request = remembered(scope);
      return request && bearer(request, need, signal);
    },
    renew: async (scope, { header, challenges }, signal) => {
      const offer = bearerOffer(challenges);
      if (offer) {
        const request = tokenRequest(offer, scope, account);
        const before = header === undefined ? undefined : known.get(keyOf(scope));
        // Another token for the same scope will be no better.
        if (isTooLittle(offer) && before?.scope === request.scope && before.realm === request.realm) {
          return undefined;
        }
        if (header?.startsWith('Bearer ')) tokens.drop(request, header.slice('Bearer '.length));
        const renewed = await bearer(request, 'request', signal);
        // Only what worked is remembered: a realm that is refused must not stand in the way of the next answer's.
        service = { realm: request.realm, service: request.service };
        known.set(keyOf(scope), request);
        return renewed;
      }
      // ECR Public calls a token expired without offering a challenge.
      const request = remembered(scope);
      if (request && header?.startsWith('Bearer ')) {
        tokens.drop(request, header.slice('Bearer '.length));
        return bearer(request, 'request', signal);
      }
      // An identity token is for a token service only.
      if (!account || account.identity || !challenges.some(({ scheme }) => scheme === 'basic'))
        return undefined;
      basic = basicHeader(account);
      return basic === header ? undefined : basic;
    },
    explain: (error, { header, challenges }) => {
      if (error.code !== 'unauthorized') return error;
      if (header !== undefined) {
        // Signed in and not let in: what is asked for is private to others, or not there.
        const offer = bearerOffer(challenges);
        return account && !(offer && isTooLittle(offer)) ? accountRefused(error, account) : error;
      }
      const schemes = [...new Set(challenges.map(({ scheme }) => scheme))];
      if (schemes.length === 0 || bearerOffer(challenges) || schemes.includes('basic')) return error;
      const ways = redact(schemes.slice(0, 5).join(', '));
      const way = schemes.includes('bearer')
        ? 'a token, and does not say where to get one (a Bearer challenge without realm)'
        : `a login by ${ways}, which is not known here`;
      return new RegistryError({ ...error, detail: `it asks for ${way} (${error.detail})` }, error);
    },
  };
}

const bearerOffer = (challenges: readonly Challenge[]): Challenge | undefined =>
  challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));

/** RFC 6750, 3.1: the token is good and not enough. */
const isTooLittle = ({ parameters }: Challenge): boolean => parameters.get('error') === 'insufficient_scope';

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
