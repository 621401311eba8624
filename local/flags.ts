import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { usageProblem } from '../core/usage-problem.ts';

export interface Flags {
  readonly port: number | undefined;
  readonly dataDir: string;
  readonly upstream: 'sample' | 'real' | URL;
  readonly json: boolean;
  readonly help: boolean;
}
export type FlagsResult =
  | { readonly ok: true; readonly flags: Flags }
  | { readonly ok: false; readonly problem: string };

export const DEFAULT_PORT = 8421;
export const USAGE = `npm run local [-- options]

  --port N          where the page is served (default ${DEFAULT_PORT}; 0 = any free port, kept in --data)
  --data DIR        where everything is kept (default .data in this checkout)
  --upstream real   mirror from the real registries; or the address of one, such as http://127.0.0.1:5000
  --json            print one line of JSON about what runs where, logs go to stderr
  --help            this text`;

/** What was typed after `npm run local --`; a problem is one line. */
export function parseFlags(args: readonly string[], root: string): FlagsResult {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        upstream: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      return no(`--port takes a number from 0 to 65535, not ${values.port}`);
    }
    if (values.data === '') return no('--data takes a folder');
    const upstream = upstreamOf(values.upstream);
    if (!upstream)
      return no(`--upstream takes "real" or an address like http://127.0.0.1:5000, not ${values.upstream}`);
    const dataDir = values.data === undefined ? join(root, '.data') : resolve(expandHome(values.data));
    return { ok: true, flags: { port, dataDir, upstream, json: values.json, help: values.help } };
  } catch (error) {
    return no(usageProblem(error));
  }
}

const no = (problem: string): FlagsResult => ({ ok: false, problem });

function upstreamOf(text: string | undefined): Flags['upstream'] | undefined {
  if (text === undefined || text === 'sample') return 'sample';
  if (text === 'real') return 'real';
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

const expandHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
