import type { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';

/** One answer as data, so that it can be logged before it is sent. `cut` closes the connection instead. */
export type Answer =
  | { readonly kind: 'cut' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer | Readable;
    };

export const answer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer | Readable = '',
): Answer => ({ kind: 'answer', status, headers, body });

/** `withBody` is false for HEAD: the headers of a GET, and nothing else (RFC 9110 9.3.2). */
export function send(response: ServerResponse, given: Answer, withBody = true): void {
  if (given.kind === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { body = '', status } = given;
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    const own = Object.keys(given.headers ?? {}).some((name) => name.toLowerCase() === 'content-length');
    const length = own || status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { ...given.headers, ...length });
    response.end(withBody ? body : undefined);
    return;
  }
  response.writeHead(status, given.headers);
  if (!withBody) {
    body.destroy();
    response.end();
    return;
  }
  body.on('error', () => response.destroy());
  response.on('close', () => body.destroy());
  body.pipe(response);
}
