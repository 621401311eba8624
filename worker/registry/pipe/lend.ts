import type { Connection } from './connection.ts';
import type { Pool } from './pool.ts';

/**
 * A connection of the pool is in use for one exchange: the signal closes it. Call the result when the exchange is over,
 * however often: it is given back once, and may be somebody else's from then on.
 */
export function lend(
  connection: Connection,
  { pool, signal }: { readonly pool: Pool; readonly signal: AbortSignal | undefined },
): () => void {
  const stop = (): void => {
    const { reason } = signal ?? {};
    connection.destroy(reason instanceof Error ? reason : new Error('given up'));
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  let over = false;
  return () => {
    if (over) return;
    over = true;
    signal?.removeEventListener('abort', stop);
    pool.give(connection);
  };
}
