export type Route =
  | { readonly kind: 'ping' }
  | { readonly kind: 'startUpload'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string };

/** Paths of the distribution specification; undefined for any other. */
export function routeOf(pathname: string): Route | undefined {
  if (pathname === '/v2/' || pathname === '/v2') return { kind: 'ping' };
  const [, repository, rest] =
    /^\/v2\/(.+)\/((?:blobs|manifests|referrers)\/[^/]+|blobs\/uploads\/[^/]*|tags\/list)$/.exec(pathname) ??
    [];
  if (repository === undefined || rest === undefined) return undefined;
  const [first = '', second = '', third] = rest.split('/').map(decoded);
  if (rest === 'tags/list') return { kind: 'tags', repository };
  if (first === 'referrers') return { kind: 'referrers', repository, digest: second };
  if (first === 'manifests') return { kind: 'manifest', repository, reference: second };
  if (third === undefined) return { kind: 'blob', repository, digest: second };
  return third === '' ? { kind: 'startUpload', repository } : { kind: 'upload', repository, id: third };
}

/** What cannot be decoded is taken as it is: no digest and no tag looks like that. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** IAM's action for a method and route; undefined where ECR has no such operation. */
export function actionOf(route: Route, method: string): string | undefined {
  const read = method === 'GET' || method === 'HEAD';
  switch (route.kind) {
    case 'ping':
      return undefined;
    case 'startUpload':
      return method === 'POST' ? 'ecr:InitiateLayerUpload' : undefined;
    case 'upload':
      if (method === 'PATCH') return 'ecr:UploadLayerPart';
      return method === 'PUT' ? 'ecr:CompleteLayerUpload' : undefined;
    case 'blob':
      if (method === 'HEAD') return 'ecr:BatchCheckLayerAvailability';
      return method === 'GET' ? 'ecr:GetDownloadUrlForLayer' : undefined;
    case 'manifest':
      if (read) return 'ecr:BatchGetImage';
      return method === 'PUT' ? 'ecr:PutImage' : undefined;
    case 'tags':
      return method === 'GET' ? 'ecr:ListImages' : undefined;
    case 'referrers':
      // The control API's name for it; which right the registry host asks for is not documented.
      return method === 'GET' ? 'ecr:ListImageReferrers' : undefined;
    default:
      return route satisfies never;
  }
}
