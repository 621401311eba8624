import type { buildConnector, Dispatcher } from 'undici';
import type { ThroughputOptions } from './throughput.ts';

/** How long one connection may be silent at each stage, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the last byte sent to the first of the answer; also how long a body may not be taken. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** As headersMs, after a blob: registries read a large one again before they answer. */
  readonly commitMs: number;
  /** A download that is slower than this counts as silent. */
  readonly slowest?: ThroughputOptions;
  /** A small answer as a whole, from the question to its last byte; 2 min by default. */
  readonly answerMs?: number;
}
/** A manifest of 4 MiB at 35 KiB/s. */
export const ANSWER_MS = 120_000;
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 45_000,
  commitMs: 180_000,
};

/** undici over connections of a guarded connector: loaded when the first request needs it, for it takes its time. */
export interface GuardedDispatcher {
  get(): Promise<Dispatcher>;
  close(): Promise<void>;
}

export function guardedDispatcher(
  connect: buildConnector.connector,
  { headersMs, idleMs }: Timeouts = DEFAULT_TIMEOUTS,
): GuardedDispatcher {
  let open: Promise<Dispatcher> | undefined;
  const load = async (): Promise<Dispatcher> => {
    const { default: undici } = await import('undici');
    return new undici.Agent({
      connect,
      allowH2: false,
      headersTimeout: headersMs,
      bodyTimeout: idleMs,
      maxHeaderSize: 16 * 1024,
      keepAliveTimeout: 30_000,
    });
  };
  return {
    get: () => {
      open ??= load();
      return open;
    },
    close: async () => {
      await (await open)?.destroy();
    },
  };
}
