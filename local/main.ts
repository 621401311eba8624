import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../core/error-code.ts';
import { jsonLog, type Log } from '../core/log.ts';
import { endAfterAccident } from './accident.ts';
import { DEFAULT_PORT, type Flags, parseFlags, USAGE } from './flags.ts';
import { FolderError } from './folder.ts';
import { type Local, startLocal } from './start.ts';
import { readyText, terminalLog } from './terminal.ts';

/** `npm run local`: starts everything, says what to open, runs until Ctrl-C. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const parsed = parseFlags(args, root);
  if (!parsed.ok) return complain(`${parsed.problem} (npm run local -- --help)`);
  const { flags } = parsed;
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const stopped = untilStopped();
  let local: Local;
  try {
    local = await startLocal({
      dataDir: flags.dataDir,
      port: flags.port ?? DEFAULT_PORT,
      upstream: flags.upstream,
      bytesPerSecond: DEMO_BYTES_PER_SECOND,
      log: logOf(flags),
    });
  } catch (error) {
    return complain(startProblem(error, flags));
  }
  endAfterAccident({ log: logOf(flags), stop: local.close });
  console.log(flags.json ? JSON.stringify(places(local)) : readyText(local, flags.dataDir));
  await stopped;
  if (!flags.json) console.log('\nStopping.');
  await local.close();
  return 0;
}

/** Slow enough that a copy of 100 MB can be watched, fast enough that nobody waits. */
const DEMO_BYTES_PER_SECOND = 8_000_000;

function complain(line: string): number {
  console.error(line);
  return 2;
}

const logOf = ({ json }: Flags): Log =>
  json
    ? jsonLog((line) => process.stderr.write(line), Date.now)
    : terminalLog((line) => console.log(line), Date.now);

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      // A second Ctrl-C is meant.
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function startProblem(error: unknown, flags: Flags): string {
  if (error instanceof FolderError) return error.message;
  const code = errorCode(error);
  if (code === 'EADDRINUSE') {
    const port = error instanceof Error && 'port' in error ? error.port : flags.port;
    return `port ${port} is in use: stop what runs there, or start with --port 0`;
  }
  if (code === 'EACCES') return `port ${flags.port} may not be used by this user: take one above 1023`;
  return `it does not start: ${error instanceof Error ? error.message : String(error)}`;
}

function places(local: Local): object {
  const { dynamoDbUrl, ecr, healthUrl, queues, slack, table, upstreamUrl } = local;
  const { requester, approver, approver2, outsider } = slack.people;
  return {
    slack: slack.url,
    upstream: upstreamUrl,
    registry: ecr.registryHost,
    ecr: ecr.apiUrl,
    table,
    dynamodb: dynamoDbUrl,
    queues,
    health: healthUrl,
    channel: slack.channels.mirror,
    people: { requester, approver, approver2, outsider },
  };
}
