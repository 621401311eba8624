import type { AnswerHead } from './answer-head.ts';
import type { Connection } from './connection.ts';
import { lend } from './lend.ts';
import { NotForPipe, PipeError } from './pipe-error.ts';
import type { Pool, Reads } from './pool.ts';

export interface Asking {
  readonly url: URL;
  readonly reads: Reads;
  readonly signal: AbortSignal | undefined;
  /** Sends the request; may be called twice. */
  readonly ask: (connection: Connection) => Promise<AnswerHead>;
}

export interface Asked {
  readonly head: AnswerHead;
  readonly connection: Connection;
  /** The answer is read, or nobody reads it any more. */
  readonly end: () => void;
}

/**
 * One request over a connection of the pool, and once more over a new one where a kept one had been closed by the other
 * side meanwhile. Throws NotForPipe for an answer that is not strictly HTTP/1.1, or the signal's reason.
 */
export async function askOver(pool: Pool, asking: Asking): Promise<Asked> {
  const { url, reads, signal, ask } = asking;
  const attempt = async (fresh: boolean): Promise<Asked> => {
    const connection = await pool.take(url, { reads, fresh, signal });
    const { used } = connection;
    const end = lend(connection, { pool, signal });
    try {
      return { head: await ask(connection), connection, end };
    } catch (error) {
      end();
      signal?.throwIfAborted();
      if (error instanceof PipeError && error.code === 'PIPE_PROTOCOL') throw new NotForPipe(error.message);
      if (used && !isTimeout(error)) return attempt(true);
      throw error;
    }
  };
  return attempt(false);
}

const isTimeout = (error: unknown): boolean => error instanceof PipeError && error.code === 'ETIMEDOUT';
