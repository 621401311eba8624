import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';

/** What the command has of the world around it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal that `err` writes to; undefined where it is none. */
  readonly terminalWidth: number | undefined;
  /** The text of a file, of stdin for `-`. Rejects with the system's error. */
  readonly read: (path: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

export function processIo(): Io {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A second Ctrl-C is meant.
      if (stop.signal.aborted) process.exit(130);
      stop.abort(new Error('stopped'));
    });
  }
  // `mirror list … | head`: nobody reads on.
  process.stdout.on('error', () => process.exit(1));
  return {
    out: (line) => process.stdout.write(line),
    err: (line) => process.stderr.write(line),
    terminalWidth: process.stderr.isTTY ? process.stderr.columns || 80 : undefined,
    read: async (path) => {
      if (path !== '-') return readFile(path, 'utf8');
      const { text } = await import('node:stream/consumers');
      return text(process.stdin);
    },
    env: process.env,
    home: homedir(),
    now: Date.now,
    signal: stop.signal,
  };
}
