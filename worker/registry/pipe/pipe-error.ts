/** What a socket of our own met. Its codes are told to people like those of undici (connection-error.ts). */
export class PipeError extends Error {
  readonly code: 'ETIMEDOUT' | 'ECONNRESET' | 'PIPE_PROTOCOL';
  constructor(code: PipeError['code'], message: string) {
    super(message);
    this.name = 'PipeError';
    this.code = code;
  }
}

/**
 * An answer that is no fault, but nothing for the pipe: chunked, without a length, not HTTP/1.1. Thrown before
 * a byte of it went anywhere, so that the blob can be asked for again in another way.
 */
export class NotForPipe extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NotForPipe';
  }
}
