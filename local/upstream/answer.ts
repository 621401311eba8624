import type { ServerResponse } from 'node:http';

/** What a server of the sample Hub says, before it is said. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function json(status: number, content: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(content)),
  };
}

export function text(status: number, content: string, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(content),
  };
}

/** A registry's error (OCI distribution-spec, "Error Codes"). */
export function registryError(
  status: number,
  error: { readonly code: string; readonly message: string; readonly detail?: unknown },
  headers: Answer['headers'] = {},
): Answer {
  return json(status, { errors: [error] }, headers);
}

/** Node leaves the body of a HEAD out by itself; its length stays. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}
