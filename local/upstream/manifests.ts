import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isDigest } from '../../core/oci/digest.ts';
import { isIndexType } from '../../core/oci/media-type.ts';
import { type Answer, registryError } from './answer.ts';
import type { Repository } from './catalog.ts';
import type { StoredManifest } from './documents.ts';
import { PULL_WINDOW_S, type PullBudget } from './pull-budget.ts';
import type { Route } from './routes.ts';

export interface ManifestAnswers {
  readonly budget: PullBudget;
}

interface Ask {
  readonly request: IncomingMessage;
  readonly repository: Repository;
  readonly route: Route;
  readonly user: string;
}

/** GET spends a pull of its source, HEAD does not (docker/docs#11707); both tell how many are left. */
export function answerManifest(ask: Ask, { budget }: ManifestAnswers): Answer {
  const { request, repository, route, user } = ask;
  const source = sourceOf(request, user);
  if (route.kind === 'manifest get' && budget.left(source) === 0) return tooMany(budget, source, user);
  const manifest = lookUp(repository, route.reference ?? '');
  if (!manifest) {
    const error = { message: 'manifest unknown', detail: `unknown tag=${route.reference}` };
    return registryError(404, { code: 'MANIFEST_UNKNOWN', ...error }, rateLimitHeaders(budget, source));
  }
  if (!accepts(request, manifest.mediaType)) {
    // distribution's handlers/manifests.go; Docker Hub at times converts instead (go-containerregistry#1720).
    const [one, many] = isIndexType(manifest.mediaType) ? ['index', 'indexes'] : ['manifest', 'manifests'];
    const message = `OCI ${one} found, but accept header does not support OCI ${many}`;
    return registryError(404, { code: 'MANIFEST_UNKNOWN', message }, rateLimitHeaders(budget, source));
  }
  if (route.kind === 'manifest get') budget.spend(source);
  return {
    status: 200,
    headers: {
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
      etag: `"${manifest.digest}"`,
      ...rateLimitHeaders(budget, source),
    },
    body: manifest.bytes,
  };
}

function tooMany(budget: PullBudget, source: string, user: string): Answer {
  const who = user === 'anonymous' ? 'unauthenticated pull' : 'pull';
  const message = `You have reached your ${who} rate limit. https://www.docker.com/increase-rate-limit`;
  return registryError(
    429,
    { code: 'TOOMANYREQUESTS', message },
    { ...rateLimitHeaders(budget, source), 'retry-after': String(budget.retryAfterS(source)) },
  );
}

/** Who pulls are counted for: an account, else the caller's address. */
export function sourceOf(request: IncomingMessage, user: string): string {
  return user === 'anonymous' ? (request.socket.remoteAddress ?? 'unknown') : accountId(user);
}

/** Docker Hub names accounts by UUID in `docker-ratelimit-source`. */
export function accountId(user: string): string {
  const hex = createHash('sha256').update(user).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function rateLimitHeaders(budget: PullBudget, source: string): Record<string, string> {
  return {
    'ratelimit-limit': `${budget.limitOf(source)};w=${PULL_WINDOW_S}`,
    'ratelimit-remaining': `${budget.left(source)};w=${PULL_WINDOW_S}`,
    'docker-ratelimit-source': source,
  };
}

function lookUp(repository: Repository, reference: string): StoredManifest | undefined {
  const digest = isDigest(reference) ? reference : repository.tags.get(reference);
  return digest && repository.manifests.get(digest);
}

/** Only types named exactly count; a wildcard does not, as in distribution. */
function accepts(request: IncomingMessage, mediaType: string): boolean {
  const offered = (request.headers.accept ?? '').split(',').map((each) => each.split(';')[0]?.trim());
  return offered.includes(mediaType);
}
