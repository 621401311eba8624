import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { main } from '../../../worker/cli/main.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly home?: string;
  readonly terminalWidth?: number;
  readonly signal?: AbortSignal;
}

/** The command inside this process, which spares its start; with nobody's home and nobody's AWS. */
export async function mirror(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env = {}, home = '/nonexistent', stdin = '', terminalWidth } = options;
  let out = '';
  let err = '';
  // The AWS SDK reads the process's own environment.
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: home }, env);
  try {
    const code = await main(args, {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminalWidth,
      read: async (path) => (path === '-' ? stdin : readFile(path, 'utf8')),
      env,
      home,
      now: Date.now,
      signal: options.signal ?? new AbortController().signal,
    });
    return { code, out, err };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** The command as a person's shell starts it. */
export function runMirror(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env = {}, home = '/nonexistent', stdin = '' } = options;
  const child = spawn(process.execPath, ['worker/cli/run.js', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  // A command that does not read its stdin breaks the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  options.signal?.addEventListener('abort', () => child.kill('SIGINT'));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

/** The objects that --json printed. */
export function linesOf(text: string): readonly Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
