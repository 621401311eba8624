export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the log. Fields are plain values; an Error is shown by its name and message. Never a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Structured lines for machines. */
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
