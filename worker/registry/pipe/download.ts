import { type BlobAt, getCall, wrongLength } from '../blobs.ts';
import type { Carrier, Exchange } from '../carrier.ts';
import type { Connection } from './connection.ts';
import type { PipeBody, PipeContext } from './pipe.ts';
import { NotForPipe, PipeError } from './pipe-error.ts';
import { requestHead } from './request-head.ts';

const EXPLANATION_MAX_BYTES = 64 * 1024;
/** After an answer that was not for the pipe its registry is read with undici for a while, to spare the second GET. */
const AVOID_MS = 10 * 60_000;

/** GETs of blobs, each paused at its first byte. */
export function openDownload(context: PipeContext) {
  const { transport } = context;
  const carrier = downloadCarrier(context);
  let avoidUntil = 0;
  return async (at: BlobAt, signal?: AbortSignal): Promise<PipeBody> => {
    if (transport.clock.now() < avoidUntil) throw new NotForPipe('its registry was not for the pipe before');
    try {
      const { body } = await transport.sendBy(carrier, { ...getCall(at), signal });
      const { lengthBytes, headers } = body.head;
      const coding = headers['content-encoding'];
      if (lengthBytes === at.blob.sizeBytes && coding === undefined) return body;
      body.connection.destroy(new Error('not what was asked for'));
      body.end();
      if (lengthBytes === undefined) throw new NotForPipe('an answer without a length');
      if (coding !== undefined) throw new NotForPipe('an answer in another coding');
      throw wrongLength(transport, at, lengthBytes);
    } catch (error) {
      if (error instanceof NotForPipe) avoidUntil = transport.clock.now() + AVOID_MS;
      throw error;
    }
  };
}

function downloadCarrier(context: PipeContext): Carrier<PipeBody> {
  return {
    exchange: async (request) => {
      const body = await ask(context, request);
      return { status: body.head.status, headers: body.head.headers, body };
    },
    explain: async ({ connection, end }) => {
      const bytes = await connection.collect(EXPLANATION_MAX_BYTES);
      end();
      return bytes;
    },
  };
}

async function ask({ pool, timeouts }: PipeContext, request: Exchange): Promise<PipeBody> {
  const { url, signal } = request;
  const attempt = async (fresh: boolean): Promise<PipeBody> => {
    const connection = await pool.take(url, { reads: 'large', fresh, signal });
    const { used } = connection;
    const free = boundTo(connection, signal);
    const end = (): void => {
      free();
      pool.give(connection);
    };
    try {
      connection.allowSilence(timeouts.headersMs);
      const head = await connection.ask(requestHead(request));
      // What follows has its own time; the body waits.
      if (head.status === 200) connection.allowSilence(0);
      return { head, connection, idleMs: timeouts.idleMs, end };
    } catch (error) {
      end();
      signal?.throwIfAborted();
      if (error instanceof PipeError && error.code === 'PIPE_PROTOCOL') throw new NotForPipe(error.message);
      // A kept connection may have been closed by the other side while the request was on its way.
      if (used && !isTimeout(error)) return attempt(true);
      throw error;
    }
  };
  return attempt(false);
}

/** Closes the connection when the signal says so; returns how to stop listening. */
export function boundTo(connection: Connection, signal: AbortSignal | undefined): () => void {
  const stop = (): void => {
    const { reason } = signal ?? {};
    connection.destroy(reason instanceof Error ? reason : new Error('given up'));
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return () => signal?.removeEventListener('abort', stop);
}

const isTimeout = (error: unknown): boolean => error instanceof PipeError && error.code === 'ETIMEDOUT';
