import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Digest } from '../../core/oci/digest.ts';
import type { Handler } from '../server.ts';
import { type Answer, send, text } from './answer.ts';
import type { CallFacts } from './calls.ts';
import type { Catalog } from './catalog.ts';
import type { Damages } from './damages.ts';
import type { Pacer } from './pacer.ts';
import { parseRange } from './range.ts';
import type { UrlSigner } from './signed-url.ts';
import type { Source } from './tar.ts';

export interface BlobParts {
  readonly catalog: Catalog;
  readonly signer: UrlSigner;
  readonly pacer: Pacer;
  readonly damages: Damages;
}

const PIECE = 65_536;

/** The origin behind the redirects: it trusts the signature in the URL and nothing else. */
export function blobHandler(parts: BlobParts): Handler {
  return (request, response) => {
    request.resume();
    if (request.headers.authorization !== undefined) {
      // What S3 says to a second credential (open-policy-agent/opa#6580).
      return send(response, refused(400, 'InvalidArgument', 'Only one auth mechanism allowed'));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, refused(405, 'MethodNotAllowed', 'The specified method is not allowed'));
    }
    const signed = parts.signer.verify(new URL(request.url ?? '/', 'http://blobs'));
    if (!signed.ok) return send(response, refused(403, 'AccessDenied', signed.why));
    const source = parts.catalog.blob(signed.digest);
    if (!source) return send(response, refused(404, 'NoSuchKey', 'The specified key does not exist'));
    return sendBlob(request, response, { digest: signed.digest, source, ...parts });
  };
}

export function describeBlobCall(request: IncomingMessage): CallFacts {
  return { kind: request.method === 'HEAD' ? 'blob head' : 'blob get', user: 'anonymous' };
}

async function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: BlobParts & { readonly digest: Digest; readonly source: Source },
): Promise<void> {
  const { digest, source } = blob;
  const size = source.sizeBytes;
  const etag = `"${digest}"`;
  // If-Range (RFC 9110, 13.1.5): another entity than the one half downloaded is sent from its beginning.
  const ifRange = request.headers['if-range'];
  const sameEntity = ifRange === undefined || ifRange === etag;
  const range = parseRange(sameEntity ? request.headers.range : undefined, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}` });
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    'accept-ranges': 'bytes',
    etag,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const damage = blob.damages.take(digest);
  for (let at = start; at < end; at += PIECE) {
    const piece = source.read(at, Math.min(end, at + PIECE));
    const bytes = damage ? damage(piece, at) : piece;
    if (bytes.length > 0 && !response.write(bytes)) await drained(response);
    if (bytes.length < piece.length) response.destroy();
    if (response.destroyed) return;
    await blob.pacer(piece.length);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}

function refused(status: number, code: string, message: string): Answer {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return text(status, xml, { 'content-type': 'application/xml' });
}
