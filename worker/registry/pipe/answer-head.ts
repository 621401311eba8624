import { PipeError } from './pipe-error.ts';

/** Status line and headers of an answer, and how its body is delimited (RFC 9112, 6.3). */
export interface AnswerHead {
  readonly status: number;
  /** Lower-case names; an array where a header came more than once. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined: chunked, or up to the end of the connection. */
  readonly lengthBytes: number | undefined;
  readonly chunked: boolean;
  /** The connection can be used again after the body. */
  readonly keepAlive: boolean;
}

export const HEAD_MAX_BYTES = 16 * 1024;

const STATUS_LINE = /^HTTP\/1\.1 ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** No folded lines and no space before the colon: what readers disagree about is refused (RFC 9112, 5.1, 5.2). */
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Throws PipeError on anything but a strict HTTP/1.1 head, without its empty line. */
export function parseAnswerHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1] ?? refuse('status line'));
  const headers: Record<string, string | readonly string[]> = Object.create(null);
  for (const line of lines) {
    const [, name = '', value = ''] = HEADER.exec(line) ?? refuse('header');
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : [before, value].flat();
  }
  const { 'transfer-encoding': coding, connection } = headers;
  return {
    status,
    headers,
    lengthBytes: bodyLength(status, headers),
    chunked: coding !== undefined,
    keepAlive: !/\bclose\b/i.test(String(connection ?? '')),
  };
}

function bodyLength(status: number, headers: AnswerHead['headers']): number | undefined {
  if (status < 200 || status === 204 || status === 304) return 0;
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) {
    // Both at once is how requests and answers are smuggled (RFC 9112, 6.1).
    if (length !== undefined) return refuse('body length: Content-Length and Transfer-Encoding');
    if (coding !== 'chunked') return refuse('transfer coding');
    return undefined;
  }
  if (length === undefined) return undefined;
  if (typeof length !== 'string' || !/^[0-9]{1,15}$/.test(length)) return refuse('Content-Length');
  return Number(length);
}

function refuse(what: string): never {
  throw new PipeError('PIPE_PROTOCOL', `the answer has no usable ${what}`);
}
