import type { OnReadOpts, Socket } from 'node:net';
import { type AnswerHead, HEAD_MAX_BYTES, parseAnswerHead } from './answer-head.ts';
import type { Buffers, Receive } from './buffers.ts';
import { decodeChunked } from './chunked.ts';
import { PipeError } from './pipe-error.ts';

const HEAD_END = '\r\n\r\n';
/** Processing, Early Hints: a few are read over (RFC 9110, 15.2). */
const INTERIM_MAX = 8;

/**
 * One HTTP/1.1 connection with one request at a time. An answer's head is handed out together with the first
 * bytes of its body; then reading pauses until the body is asked for. The socket's own timer watches it.
 */
export class Connection {
  readonly origin: string;
  /** How much it reads at once, which tells what it is good for. */
  readonly readBytes: number;
  readonly onread: OnReadOpts;
  readonly heldBy: Buffers['heldBy'];
  /** It has carried a whole exchange before, so its other end may have closed it unseen. */
  used = false;
  #socket: Socket | undefined;
  #failure: Error | undefined;
  #state: 'idle' | 'head' | 'body' | 'closed' = 'idle';
  #interim = 0;
  /** The answer to a HEAD has the length of a body that does not come (RFC 9112, 6.3). */
  #bodiless = false;
  #partHead: Buffer = Buffer.alloc(0);
  #head: AnswerHead | undefined;
  #early: { readonly piece: Buffer; readonly release: () => void }[] = [];
  #leftBytes = 0;
  #answer = awaited<AnswerHead>();
  #body = awaited<void>();
  #receive: Receive | undefined;
  readonly #waiting: { readonly piece: Buffer; readonly written: () => void }[] = [];
  #writing = false;

  constructor(origin: string, buffers: Buffers) {
    this.origin = origin;
    this.readBytes = buffers.sizeBytes;
    this.heldBy = buffers.heldBy;
    this.onread = buffers.intake((slice, release) => this.#take(slice, release));
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy(new PipeError('ECONNRESET', 'the connection was closed')));
    socket.on('timeout', () => this.destroy(new PipeError('ETIMEDOUT', 'the connection fell silent')));
  }

  /** The whole answer has been read, and another request may follow. */
  get isFree(): boolean {
    return this.#state === 'idle' && this.#failure === undefined && this.#head?.keepAlive !== false;
  }
  /** How long the other end said it keeps an idle connection, a second less, in milliseconds. */
  get keptMs(): number | undefined {
    const seconds = /timeout=([0-9]{1,5})/i.exec(String(this.#head?.headers['keep-alive'] ?? ''))?.[1];
    return seconds === undefined ? undefined : Math.max(1, Number(seconds) * 1_000 - 1_000);
  }
  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Sends a request's head; resolves with the answer, which may come before the request's body is complete. */
  ask(head: string, { bodiless = false }: { readonly bodiless?: boolean } = {}): Promise<AnswerHead> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#state = 'head';
    this.#head = undefined;
    this.#interim = 0;
    this.#bodiless = bodiless;
    this.#answer = awaited();
    this.#body = awaited();
    this.#socket?.write(head, 'latin1');
    // TLS hands records over that it had before a pause: the last of a body may come while reading still stands.
    this.#socket?.resume();
    return this.#answer.promise;
  }

  /**
   * Sends a piece of the request's body; `written` when its bytes are no longer needed. One at a time: what Node's stream
   * has to keep back it copies into one buffer later.
   */
  write(piece: Buffer, written: () => void): void {
    this.#waiting.push({ piece, written });
    if (!this.#writing) this.#writeNext();
  }

  /** The answer's body, piece by piece, from its first byte. Resolves at its end. */
  read(receive: Receive): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#state !== 'body') return this.#body.promise;
    this.#receive = receive;
    let goOn = true;
    for (const { piece, release } of this.#early.splice(0)) goOn = this.#deliver(piece, release);
    if (goOn) this.resume();
    return this.#body.promise;
  }

  /** The beginning of a body, of any form. What is left of it closes the connection. */
  async collect(limitBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const chunked = this.#head?.chunked === true;
    let total = 0;
    let raw = Buffer.alloc(0);
    const receive: Receive = (slice, release) => {
      pieces.push(Buffer.from(slice));
      total += slice.length;
      release();
      raw = Buffer.concat(pieces);
      if (total >= limitBytes || (chunked && decodeChunked(raw)?.whole !== false)) {
        this.destroy(new PipeError('ECONNRESET', 'enough was read'));
      }
      return true;
    };
    await this.read(receive).catch(() => {});
    const bytes = chunked ? (decodeChunked(raw)?.bytes ?? Buffer.alloc(0)) : raw;
    return bytes.subarray(0, limitBytes);
  }

  /** The reader has found the end of a body that has no length of its own: another request may follow. */
  endBody(): void {
    this.#leftBytes = 0;
    this.#finish();
  }

  pause(): void {
    this.#socket?.pause();
  }
  resume(): void {
    this.#socket?.resume();
  }

  /** How long nothing may move from now on, in milliseconds; 0 is for ever. */
  allowSilence(ms: number): void {
    this.#socket?.setTimeout(ms);
  }

  destroy(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    const untilClosed = this.#state === 'body' && this.#leftBytes === Number.POSITIVE_INFINITY;
    this.#state = 'closed';
    if (untilClosed) this.#body.resolve();
    else this.#body.reject(error);
    if (this.#head) this.#answer.resolve(this.#head);
    else this.#answer.reject(error);
    this.#socket?.destroy();
  }

  #writeNext(): void {
    const next = this.#waiting.shift();
    this.#writing = next !== undefined;
    if (!next) return;
    this.#socket?.write(next.piece, (error) => {
      if (error) return;
      this.#writeNext();
      next.written();
    });
  }

  #take(slice: Buffer, release: () => void): boolean {
    switch (this.#state) {
      case 'head':
        if (this.#partHead.length === 0) return this.#takeHead(slice, release);
        return this.#takeHead(Buffer.concat([this.#partHead, slice]), release);
      case 'body':
        if (this.#receive) return this.#deliver(slice, release);
        this.#early.push({ piece: slice, release });
        this.#handOut();
        return false;
      default:
        release();
        this.destroy(new PipeError('PIPE_PROTOCOL', 'bytes that nobody asked for'));
        return false;
    }
  }

  #takeHead(bytes: Buffer, release: () => void): boolean {
    const end = bytes.indexOf(HEAD_END);
    if (end > HEAD_MAX_BYTES || (end < 0 && bytes.length > HEAD_MAX_BYTES)) {
      release();
      this.destroy(new PipeError('PIPE_PROTOCOL', `more than ${HEAD_MAX_BYTES} bytes of headers`));
      return false;
    }
    if (end < 0) {
      this.#partHead = Buffer.from(bytes);
      release();
      return true;
    }
    this.#partHead = Buffer.alloc(0);
    const rest = bytes.subarray(end + HEAD_END.length);
    try {
      const head = parseAnswerHead(bytes.toString('latin1', 0, end));
      if (head.status < 200) {
        this.#interim += 1;
        if (head.status === 101 || this.#interim > INTERIM_MAX) {
          throw new PipeError('PIPE_PROTOCOL', `an unexpected ${head.status}`);
        }
        if (rest.length > 0) return this.#takeHead(rest, release);
        release();
        return true;
      }
      this.#head = head;
    } catch (error) {
      release();
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    this.#leftBytes = this.#bodiless ? 0 : (this.#head.lengthBytes ?? Number.POSITIVE_INFINITY);
    this.#state = 'body';
    this.#receive = undefined;
    this.#early = rest.length > 0 ? [{ piece: rest, release }] : [];
    if (rest.length === 0) release();
    if (this.#leftBytes === 0) {
      if (rest.length > 0) this.destroy(new PipeError('PIPE_PROTOCOL', 'bytes after the answer'));
      else this.#finish();
      this.#answer.resolve(this.#head);
      return true;
    }
    this.#handOut();
    return rest.length === 0;
  }

  /** The answer is told when the first byte of its body is there: only then something else is begun. */
  #handOut(): void {
    if (this.#head && this.#early.length > 0) this.#answer.resolve(this.#head);
  }

  #deliver(slice: Buffer, release: () => void): boolean {
    this.#leftBytes -= slice.length;
    if (this.#leftBytes < 0) {
      release();
      this.destroy(new PipeError('PIPE_PROTOCOL', 'bytes after the answer'));
      return false;
    }
    const goOn = this.#receive?.(slice, release) ?? false;
    if (this.#leftBytes > 0 || this.#state !== 'body') return goOn && this.isOpen;
    this.#finish();
    return true;
  }

  #finish(): void {
    // What was thrown while receiving has closed it already.
    if (this.#failure) return;
    this.#state = 'idle';
    this.#receive = undefined;
    this.used = true;
    this.#body.resolve();
  }
}

/** Its failure is told to whoever waits, and is no accident where nobody does. */
function awaited<T>(): PromiseWithResolvers<T> {
  const resolvers = Promise.withResolvers<T>();
  resolvers.promise.catch(() => {});
  return resolvers;
}
