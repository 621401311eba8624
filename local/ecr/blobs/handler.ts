import type { IncomingMessage } from 'node:http';
import { isDigest } from '../../../core/oci/digest.ts';
import type { Handler } from '../../server.ts';
import { type Answer, answer, send } from '../answer.ts';
import type { ByteRange } from '../blob-store.ts';
import type { EcrWorld } from '../world.ts';
import type { Presigner } from './presign.ts';

/** The bucket behind ECR: serves bytes to whoever holds a signed address, and only to those. */
export function blobOrigin(world: EcrWorld, presigner: Presigner): Handler {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://bucket');
    const given = answerTo({ world, presigner, request, url });
    world.record({
      at: world.now(),
      plane: 'blobs',
      method: request.method ?? '',
      path: url.pathname,
      status: given.kind === 'cut' ? 0 : given.status,
    });
    send(response, given);
  };
}

interface BlobRequest {
  readonly world: EcrWorld;
  readonly presigner: Presigner;
  readonly request: IncomingMessage;
  readonly url: URL;
}

function answerTo({ world, presigner, request, url }: BlobRequest): Answer {
  // S3 refuses two ways of signing in one request: open-policy-agent/opa#6580.
  if (request.headers.authorization !== undefined) {
    return refuse(
      400,
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  const digest = url.pathname.slice(1);
  if (!isDigest(digest)) return refuse(403, 'AccessDenied', 'Access Denied');
  // The address is signed for GET; the method is part of what is signed.
  if (request.method !== 'GET')
    return refuse(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  switch (presigner.check(digest, url.searchParams)) {
    case 'missing':
      return refuse(403, 'AccessDenied', 'Access Denied');
    case 'wrong':
      return refuse(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided.',
      );
    case 'expired':
      return refuse(403, 'AccessDenied', 'Request has expired');
    case 'ok':
      return blob(world, digest, request.headers.range);
  }
}

function blob(
  world: EcrWorld,
  digest: Parameters<EcrWorld['blobs']['read']>[0],
  rangeText: string | undefined,
): Answer {
  const sizeBytes = sizeOf(world, digest);
  if (sizeBytes === undefined) return refuse(404, 'NoSuchKey', 'The specified key does not exist.');
  const range = rangeText === undefined ? undefined : parseRange(rangeText, sizeBytes);
  if (range === 'unsatisfiable') return refuse(416, 'InvalidRange', 'The requested range is not satisfiable');
  const stream = world.blobs.read(digest, range);
  if (!stream) return refuse(404, 'NoSuchKey', 'The specified key does not exist.');
  const length = range ? range.end - range.start + 1 : sizeBytes;
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}` }),
  };
  return answer(range ? 206 : 200, headers, stream);
}

function sizeOf(world: EcrWorld, digest: Parameters<EcrWorld['blobs']['read']>[0]): number | undefined {
  for (const repository of world.state.repositories.values()) {
    const size = repository.blobs.get(digest);
    if (size !== undefined) return size;
  }
  return undefined;
}

/** One range only; what cannot be read is ignored, as RFC 9110 14.2 allows. */
function parseRange(text: string, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const start = Number(from);
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: to ? Math.min(Number(to), sizeBytes - 1) : sizeBytes - 1 };
}

function refuse(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return answer(status, { 'content-type': 'application/xml' }, body);
}
