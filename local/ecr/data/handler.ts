import type { IncomingMessage } from 'node:http';
import { isDigest } from '../../../core/oci/digest.ts';
import type { Handler } from '../../server.ts';
import { type Answer, answer, send } from '../answer.ts';
import type { Presigner } from '../blobs/presign.ts';
import { createOnPush } from '../create-on-push.ts';
import { pullThroughRuleOf, pullThroughText } from '../pull-through.ts';
import { type EcrWorld, noRepositoryText } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { getManifest } from './get-manifest.ts';
import { listReferrers } from './list-referrers.ts';
import { listTags } from './list-tags.ts';
import { mountBlob } from './mount.ts';
import { putManifest } from './put-manifest.ts';
import { refuse } from './refuse.ts';
import { actionOf, type Route, routeOf } from './route.ts';
import { createUploads, type LocationStyle, type Uploads } from './uploads.ts';

export interface DataPlaneOptions {
  readonly presigner: Presigner;
  /** Without a slash at the end. */
  readonly blobOrigin: string;
  readonly locations: LocationStyle;
  /** What a POST to a repository that is not there gets. */
  readonly missingRepository: 'answer' | 'eof';
  readonly referrers: ReferrersApi;
}

/** `none`: ECR as it was before it knew of subjects, for clients that must fall back to a tag. */
export type ReferrersApi = 'none' | { readonly pageSize: number };

/** The registry host: `/v2/` of the distribution specification as ECR serves it. */
export function dataPlane(world: EcrWorld, options: DataPlaneOptions): Handler {
  const plane = { world, options, uploads: createUploads(world, options.locations) };
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const route = routeOf(url.pathname);
    const method = request.method ?? '';
    const authentication = authenticate(world, request);
    const given =
      authentication.kind === 'refused'
        ? authentication.answer
        : await answerTo(plane, {
            route,
            method,
            principal: authentication.principal,
            query: url.searchParams,
            request,
          });
    world.events.deliver();
    world.record({
      at: world.now(),
      plane: 'registry',
      method,
      path: url.pathname,
      status: given.kind === 'cut' ? 0 : given.status,
      ...(authentication.kind === 'known' && { principal: authentication.principal }),
      ...logged(route, method),
    });
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    send(response, given, method !== 'HEAD');
  };
}

interface Plane {
  readonly world: EcrWorld;
  readonly options: DataPlaneOptions;
  readonly uploads: Uploads;
}
interface DataRequest {
  readonly route: Route | undefined;
  readonly method: string;
  readonly principal: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

async function answerTo(plane: Plane, given: DataRequest): Promise<Answer> {
  const { route, method, principal, query, request } = given;
  const { world, options, uploads } = plane;
  if (!route) return refuse(404, 'UNSUPPORTED', 'The operation is unsupported.');
  if (route.kind === 'ping') return answer(200, { 'content-type': 'application/json' }, '{}');
  const { referrers } = options;
  if (route.kind === 'referrers' && referrers === 'none') {
    return refuse(404, 'UNSUPPORTED', 'The operation is unsupported.');
  }
  const action = actionOf(route, method);
  // There is no DELETE on this plane: goharbor/harbor#10264.
  if (!action) return refuse(405, 'UNSUPPORTED', 'The operation is unsupported.');

  if (!actionsOf(given, action).every((each) => world.rates.take(each))) {
    return refuse(429, 'TOOMANYREQUESTS', 'Rate exceeded');
  }
  if (route.kind === 'startUpload') createOnPush(world, route.repository);
  const denied = refusalOf(world, given, action);
  if (denied) return denied.eof ? { kind: 'cut' } : refuse(403, 'DENIED', denied.sentence);
  const repository = world.state.repositories.get(route.repository);
  if (!repository) {
    if (route.kind === 'startUpload' && options.missingRepository === 'eof') return { kind: 'cut' };
    return refuse(404, 'NAME_UNKNOWN', noRepositoryText(world, route.repository));
  }

  const filled = pullThroughRuleOf(world.state, route.repository);
  if (filled && (route.kind === 'startUpload' || method === 'PUT')) {
    return refuse(403, 'DENIED', pullThroughText(route.repository, filled));
  }
  switch (route.kind) {
    case 'startUpload': {
      const mounted = mountBlob(world, { principal, repository: route.repository, query });
      return mounted ?? uploads.start(route.repository, request);
    }
    case 'upload': {
      const target = { repository: route.repository, id: route.id, query };
      return method === 'PATCH' ? uploads.patch(target, request) : uploads.put(target, request);
    }
    case 'blob': {
      const sizeBytes = isDigest(route.digest) ? repository.blobs.get(route.digest) : undefined;
      if (sizeBytes === undefined || !isDigest(route.digest)) {
        return refuse(404, 'BLOB_UNKNOWN', 'Requested layer not found');
      }
      return method === 'HEAD' ? blobHead(route.digest, sizeBytes) : redirect(plane, route.digest);
    }
    case 'manifest':
      if (method === 'PUT') {
        const target = { repository, reference: route.reference, knowsSubjects: referrers !== 'none' };
        return putManifest(world, target, request);
      }
      return getManifest(repository, route.reference, request.headers);
    case 'tags':
      return listTags(repository, query);
    case 'referrers': {
      const pageSize = referrers === 'none' ? 0 : referrers.pageSize;
      return listReferrers({ repository, digest: route.digest, query, pageSize });
    }
    default:
      return route satisfies never;
  }
}

/** The content type is wrong for most blobs, as on ECR: solo-io/wasm#129. */
const blobHead = (digest: string, sizeBytes: number): Answer =>
  answer(200, {
    'content-type': 'application/vnd.docker.container.image.v1+json',
    'content-length': String(sizeBytes),
    'docker-content-digest': digest,
  });

function redirect({ options }: Plane, digest: Parameters<Presigner['sign']>[0]): Answer {
  return answer(307, { location: `${options.blobOrigin}${options.presigner.sign(digest)}` });
}

function refusalOf(world: EcrWorld, given: DataRequest, action: string) {
  const { route, principal } = given;
  const repository = route && route.kind !== 'ping' ? route.repository : undefined;
  for (const each of actionsOf(given, action)) {
    const refusal = world.policy.refusal(principal, each, repository);
    if (refusal) return refusal;
  }
  return undefined;
}

/** A PUT that carries bytes is both the last part and the end of the upload. */
function actionsOf({ route, method, request }: DataRequest, action: string): readonly string[] {
  const carriesBytes = request.headers['content-length'] !== '0';
  const isLastPart = route?.kind === 'upload' && method === 'PUT' && carriesBytes;
  return isLastPart ? ['ecr:UploadLayerPart', action] : [action];
}

function logged(route: Route | undefined, method: string) {
  if (!route || route.kind === 'ping') return {};
  const action = actionOf(route, method);
  return { repository: route.repository, ...(action && { action }) };
}
