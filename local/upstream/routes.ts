import type { UpstreamCallKind } from './calls.ts';

/** What a registry path asks for (OCI distribution-spec, "Endpoints"). */
export interface Route {
  readonly kind: UpstreamCallKind;
  readonly repository?: string;
  /** Tag or digest. */
  readonly reference?: string;
}

const NAME = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*';
const PATH = new RegExp(`^/v2/(${NAME})/(manifests|blobs|tags|referrers)/(.*)$`);

/** `path` without its query. */
export function routeOf(method: string, path: string): Route {
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' };
  const [, repository, what, reference = ''] = PATH.exec(decoded(path)) ?? [];
  if (repository === undefined) return { kind: 'other' };
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'write', repository, reference };
  switch (what) {
    case 'manifests':
      return { kind: method === 'HEAD' ? 'manifest head' : 'manifest get', repository, reference };
    case 'blobs':
      return { kind: method === 'HEAD' ? 'blob head' : 'blob get', repository, reference };
    case 'referrers':
      return { kind: 'referrers', repository, reference };
    default:
      return reference === 'list' ? { kind: 'tags', repository } : { kind: 'other', repository };
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
