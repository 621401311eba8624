import type { IncomingMessage } from 'node:http';
import { type Digest, isDigest } from '../../core/oci/digest.ts';
import type { Handler } from '../server.ts';
import { type Answer, json, registryError, send, text } from './answer.ts';
import type { CallFacts } from './calls.ts';
import type { Catalog, Repository } from './catalog.ts';
import { answerManifest, type ManifestAnswers } from './manifests.ts';
import { answerReferrers } from './referrer-list.ts';
import { type Route, routeOf } from './routes.ts';
import { answerTags } from './tag-list.ts';
import type { TokenClaims, Tokens } from './tokens.ts';

export const SERVICE = 'registry.docker.io';

export interface RegistryParts extends ManifestAnswers {
  readonly catalog: Catalog;
  readonly tokens: Tokens;
  readonly referrersList: boolean;
  /** Where the challenge sends for a token. */
  readonly realm: string;
  /** The signed address of a blob on the blob origin. */
  readonly blobUrl: (digest: Digest) => string;
}

/** `/v2/` of the sample Hub: read only, every answer behind a token that names the repository. */
export function registryHandler(parts: RegistryParts): Handler {
  return (request, response) => {
    request.resume();
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    send(response, answer(request, parts));
  };
}

function answer(request: IncomingMessage, parts: RegistryParts): Answer {
  const url = new URL(request.url ?? '/', 'http://registry');
  const route = routeOf(request.method ?? '', url.pathname);
  // Docker Hub has no referrers API (docker/roadmap#724) and answers as for any unknown page.
  const unknown = route.kind === 'referrers' && !parts.referrersList;
  if (unknown || route.kind === 'other') return text(404, '404 page not found\n');
  const token = bearer(request, parts.tokens);
  const refusal = () => challenge({ route, token, realm: parts.realm });
  if (token.kind !== 'valid') return refusal();
  if (route.kind === 'ping') return json(200, {});
  const repository = readable(parts.catalog, token.claims, route);
  if (!repository) return refusal();
  switch (route.kind) {
    case 'write':
      if (request.method !== 'DELETE') return refusal();
      return registryError(405, { code: 'UNSUPPORTED', message: 'The operation is unsupported.' });
    case 'referrers': {
      const { reference = '' } = route;
      if (!isDigest(reference)) return registryError(400, { code: 'DIGEST_INVALID', message: 'no digest' });
      const page = Number(url.searchParams.get('page') ?? 0);
      return answerReferrers(repository.referrers, { repository: repository.name, digest: reference, page });
    }
    case 'tags':
      return answerTags(repository, url.searchParams);
    case 'blob head':
    case 'blob get':
      return redirectToBlob(repository, route.reference ?? '', parts.blobUrl);
    default:
      return answerManifest({ request, repository, route, user: token.claims.user }, parts);
  }
}

export function describeRegistryCall(request: IncomingMessage, tokens: Tokens): CallFacts {
  const { kind, repository } = routeOf(request.method ?? '', (request.url ?? '').split('?')[0] ?? '');
  const token = bearer(request, tokens);
  return {
    kind,
    ...(repository !== undefined && { repository }),
    user: token.kind === 'valid' ? token.claims.user : 'anonymous',
  };
}

type Bearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'valid'; readonly claims: TokenClaims };

function bearer(request: IncomingMessage, tokens: Tokens): Bearer {
  const text = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (text === undefined) return { kind: request.headers.authorization ? 'invalid' : 'none' };
  const claims = tokens.read(text);
  return claims?.service === SERVICE ? { kind: 'valid', claims } : { kind: 'invalid' };
}

/** Private and missing repositories look the same: neither is in any token that does not belong to its owner. */
function readable(catalog: Catalog, claims: TokenClaims, { repository }: Route): Repository | undefined {
  const allowed = claims.access.some(
    ({ type, name, actions }) => type === 'repository' && name === repository && actions.includes('pull'),
  );
  return allowed && repository !== undefined ? catalog.find(repository) : undefined;
}

/** 401 with distribution's challenge: `error` only where a token came along (registry/auth/token). */
function challenge(refused: {
  readonly route: Route;
  readonly token: Bearer;
  readonly realm: string;
}): Answer {
  const { route, token, realm } = refused;
  const { repository: Name } = route;
  const actions = route.kind === 'write' ? ['pull', 'push'] : ['pull'];
  const scope = Name === undefined ? undefined : `repository:${Name}:${actions.join(',')}`;
  const error = { none: undefined, invalid: 'invalid_token', valid: 'insufficient_scope' }[token.kind];
  const parameters = Object.entries({ realm, service: SERVICE, scope, error });
  const header = parameters.flatMap(([key, value]) => (value === undefined ? [] : [`${key}="${value}"`]));
  const detail =
    Name === undefined ? null : actions.map((Action) => ({ Type: 'repository', Class: '', Name, Action }));
  return registryError(
    401,
    { code: 'UNAUTHORIZED', message: 'authentication required', detail },
    { 'www-authenticate': `Bearer ${header.join(',')}` },
  );
}

/** HEAD is redirected like GET, as distribution does in front of object storage. */
function redirectToBlob(repository: Repository, digest: string, blobUrl: RegistryParts['blobUrl']): Answer {
  if (!isDigest(digest)) {
    const message = 'provided digest did not match uploaded content';
    return registryError(400, { code: 'DIGEST_INVALID', message, detail: digest });
  }
  if (!repository.blobs.has(digest)) {
    const message = 'blob unknown to registry';
    return registryError(404, { code: 'BLOB_UNKNOWN', message, detail: digest });
  }
  const location = blobUrl(digest);
  return {
    status: 307,
    headers: { location, 'content-type': 'text/html; charset=utf-8', 'docker-content-digest': digest },
    body: Buffer.from(`<a href="${location.replaceAll('&', '&amp;')}">Temporary Redirect</a>.\n\n`),
  };
}
