import { AsyncLocalStorage } from 'node:async_hooks';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the log. Fields are plain values; an Error is shown by its name and message. Never a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Structured lines for machines: one JSON object a line, the same names on each. */
export const jsonLog =
  (write: (line: string) => void, now: () => number): Log =>
  (level, message, fields = {}) => {
    const plain = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, plainValue(value)]),
    );
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...plain })}\n`);
  };

export const plainValue = (value: unknown): unknown =>
  value instanceof Error ? `${value.name}: ${value.message}` : value;

const request = new AsyncLocalStorage<string>();

/**
 * Everything logged inside of `run`, however deep, is about this request. So a line of the registry client, which knows
 * nothing of requests, carries the id too.
 */
export const aboutRequest = <T>(requestId: string, run: () => T): T => request.run(requestId, run);

/** Puts `part` (bot, worker, tick) on every line, and the id of the request that is being worked on. */
export const logOf =
  (log: Log, part: string): Log =>
  (level, message, fields = {}) => {
    const requestId = request.getStore();
    log(level, message, { part, ...(requestId !== undefined && { requestId }), ...fields });
  };
