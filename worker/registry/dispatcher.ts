import { Agent, type buildConnector, type Dispatcher } from 'undici';

/** How long one connection may be silent at each stage, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the last byte sent to the first of the answer; also how long a body may not be taken. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** As headersMs, after a blob: registries read a large one again before they answer. */
  readonly commitMs: number;
}
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 45_000,
  commitMs: 180_000,
};

/** undici over connections of a guarded connector. */
export function guardedDispatcher(
  connect: buildConnector.connector,
  { headersMs, idleMs }: Timeouts = DEFAULT_TIMEOUTS,
): Dispatcher {
  return new Agent({
    connect,
    allowH2: false,
    headersTimeout: headersMs,
    bodyTimeout: idleMs,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: 30_000,
  });
}
