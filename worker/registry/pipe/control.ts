import type { Read } from '../body.ts';
import { type Carrier, type Exchange, explainSmall, type SmallBody } from '../carrier.ts';
import type { Timeouts } from '../dispatcher.ts';
import { askOver, type Asked } from './ask-over.ts';
import type { Receive } from './buffers.ts';
import { decodeChunked } from './chunked.ts';
import { NotForPipe, PipeError } from './pipe-error.ts';
import type { Pool } from './pool.ts';
import { requestHead } from './request-head.ts';

export interface ControlContext {
  readonly pool: Pool;
  readonly timeouts: Timeouts;
}

/**
 * Requests with small answers over sockets of our own: the same connections as the blobs', and nothing to load before the
 * first of them. What is not strictly HTTP/1.1 is NotForPipe, and asked for again in the other way.
 */
export function controlCarrier({ pool, timeouts }: ControlContext): Carrier<SmallBody> {
  const ask = async (request: Exchange): Promise<Answered> => {
    const { method, signal, url } = request;
    const body = request.body === undefined ? undefined : bytesOf(request.body);
    const asked = await askOver(pool, {
      url,
      signal,
      reads: 'small',
      ask: async (connection) => {
        connection.allowSilence(request.headersMs ?? timeouts.headersMs);
        const answer = connection.ask(requestHead(request, body?.length), { bodiless: method === 'HEAD' });
        if (body) connection.write(body, () => {});
        const head = await answer;
        connection.allowSilence(timeouts.idleMs);
        return head;
      },
    });
    const { connection, end, head } = asked;
    const bodiless = connection.isFree || head.lengthBytes === 0;
    if (connection.isFree || !connection.isOpen) end();
    return { ...asked, bodiless };
  };
  return {
    exchange: async (request) => {
      const answered = await ask(request);
      const { status, headers } = answered.head;
      return { status, headers, body: { readUpTo: (limit) => readUpTo(answered, limit, request.signal) } };
    },
    explain: explainSmall,
  };
}

interface Answered extends Asked {
  /** Nothing follows the head, and the connection may have been given back. */
  readonly bodiless: boolean;
}

function bytesOf(body: NonNullable<Exchange['body']>): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new TypeError('a stream is not sent this way');
}

const CHUNKS_END = Buffer.from('\r\n\r\n');

async function readUpTo(
  { head, connection, bodiless, end }: Answered,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Read> {
  if (bodiless) {
    end();
    return { bytes: Buffer.alloc(0), whole: true };
  }
  const pieces: Buffer[] = [];
  let total = 0;
  let decoded: Buffer | undefined;
  // What chunking adds is not the answer's size.
  const most = head.chunked ? 2 * limitBytes + 1024 : limitBytes;
  const receive: Receive = (slice, release) => {
    pieces.push(Buffer.from(slice));
    total += slice.length;
    release();
    if (total > most) {
      connection.destroy(new PipeError('ECONNRESET', 'enough was read'));
      return false;
    }
    if (!head.chunked || !endsChunks(pieces)) return true;
    const chunks = decodeChunked(Buffer.concat(pieces));
    if (!chunks) connection.destroy(new PipeError('PIPE_PROTOCOL', 'the chunks are not well formed'));
    if (chunks?.whole !== true) return true;
    decoded = chunks.bytes;
    connection.endBody();
    return true;
  };
  try {
    await connection.read(receive);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PipeError && error.code === 'PIPE_PROTOCOL') throw new NotForPipe(error.message);
    if (total <= most) throw error;
  } finally {
    end();
  }
  const raw = Buffer.concat(pieces);
  const cut = total > most;
  if (head.chunked && !decoded && !cut) throw new PipeError('ECONNRESET', 'the answer is not whole');
  const bytes = decoded ?? (head.chunked ? (decodeChunked(raw)?.bytes ?? Buffer.alloc(0)) : raw);
  return { bytes: bytes.subarray(0, limitBytes), whole: !cut && bytes.length <= limitBytes };
}

/** The last chunk, or a trailer, ends with an empty line; looked at before anything is put together. */
function endsChunks(pieces: readonly Buffer[]): boolean {
  const last = pieces.at(-1) ?? Buffer.alloc(0);
  const tail = last.length >= CHUNKS_END.length ? last : Buffer.concat(pieces.slice(-4));
  return tail.subarray(-CHUNKS_END.length).equals(CHUNKS_END);
}
