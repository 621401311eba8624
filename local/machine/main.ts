import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../../core/error-code.ts';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';
import type { Config } from '../../core/config/schema.ts';
import { jsonLog, type Log } from '../../core/log.ts';
import { endAfterAccident } from '../accident.ts';
import { FolderError } from '../folder.ts';
import type { OneMachine } from '../one-machine.ts';
import { terminalLog } from '../terminal.ts';
import type { MachinePlaces } from './embedded.ts';
import { type MachineSettings, machineSettings } from './environment.ts';
import { MACHINE_USAGE, parseMachineFlags } from './flags.ts';

/** Somebody has to change something: a supervisor that starts it again does no good. */
const WRONG = 2;
/** It may work the next time. */
const FAILED = 1;
/** systemd and containers wait 30 s or more; what is not finished by then is gone on with at the next start. */
const DRAIN_MS = 25_000;

/** `npm start`: your Slack, your ECR, one process. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseMachineFlags(args);
  if (!parsed.ok) return complain(WRONG, [`${parsed.problem} (npm start -- --help)`]);
  const { flags } = parsed;
  if (flags.help) {
    console.log(MACHINE_USAGE);
    return 0;
  }
  const file = flags.config ?? process.env['MIRROR_CONFIG'] ?? 'mirror.config.json';
  const read = readConfig(file);
  if (!read.ok) return complain(WRONG, read.problems);
  const { config, hash } = read;
  const made = machineSettings({
    config,
    flags,
    env: process.env,
    read: (path) => readFileSync(path, 'utf8'),
  });
  if (!made.ok) return complain(WRONG, made.problems);
  const { settings } = made;
  const stopped = untilStopped();
  const log = process.stderr.isTTY
    ? terminalLog((line) => console.error(line), Date.now)
    : jsonLog((line) => process.stderr.write(line), Date.now);
  const opened = await openPlaces(settings, log);
  if (!opened.ok) return complain(opened.code, opened.problems);
  const { places } = opened;
  // The product is loaded when it is known that it can start: whoever forgot something is told at once.
  const { startOneMachine } = await import('../one-machine.ts');
  let machine: OneMachine;
  try {
    machine = await startOneMachine({
      config,
      configHash: hash,
      slack: settings.slack,
      ...places,
      accounts: {
        secrets: async (name) => settings.secretOf(name),
        docker: { env: process.env, home: homedir() },
      },
      env: process.env,
      log,
    });
  } catch (error) {
    await places.close();
    return complain(...startProblem(error, config));
  }
  for (const line of readyLines({ config, settings, machine })) console.log(line);
  const stop = async (): Promise<void> => {
    await machine.stop();
    await places.close();
  };
  endAfterAccident({ log, stop, longestMs: DRAIN_MS });
  await stopped;
  const ended = stop();
  const inTime = await Promise.race([ended.then(() => true), wait(DRAIN_MS, false)]);
  if (!inTime)
    log('warn', `not everything was finished after ${DRAIN_MS / 1_000} s; the next start goes on with it`);
  return 0;
}

type ReadConfig =
  | { readonly ok: true; readonly config: Config; readonly hash: string }
  | { readonly ok: false; readonly problems: readonly string[] };

function readConfig(file: string): ReadConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why =
      errorCode(error) === 'ENOENT' ? 'there is no such file' : errorCode(error) || 'it is not text';
    const help = 'docs/slack-setup.md has one to begin with; name another with --config';
    return { ok: false, problems: [`${file} cannot be read: ${why}. ${help}`] };
  }
  const parsed = parseConfig(text);
  return parsed.ok ? parsed : { ok: false, problems: parsed.problems.map(formatProblem) };
}

type Opened =
  | { readonly ok: true; readonly places: MachinePlaces }
  | { readonly ok: false; readonly code: number; readonly problems: readonly string[] };

async function openPlaces({ region, where }: MachineSettings, log: Log): Promise<Opened> {
  if (where.kind === 'aws') {
    const { openOnAws } = await import('./on-aws.ts');
    const opened = await openOnAws(where, region, log);
    return opened.ok ? opened : { ...opened, code: WRONG };
  }
  try {
    const { openEmbedded } = await import('./embedded.ts');
    return { ok: true, places: await openEmbedded(where.dataDir, region) };
  } catch (error) {
    const code = error instanceof FolderError ? WRONG : FAILED;
    return { ok: false, code, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Slack's refusals of a token, and what the registries' secrets lack, want a person. */
function startProblem(error: unknown, { slack }: Config): [number, readonly string[]] {
  const text = error instanceof Error ? error.message : String(error);
  if (errorCode(error) === 'EADDRINUSE')
    return [WRONG, [`a port is in use (${text}): slack.port is ${slack.port}, health.port is the other one`]];
  if (/invalid_auth|not_authed|account_inactive|token_revoked|not_allowed_token_type/.test(text))
    return [
      WRONG,
      [`Slack does not let the app in (${text}): check the tokens, and that the app is installed`],
    ];
  if (/registries\["/.test(text)) return [WRONG, text.split('\n')];
  return [FAILED, [`it does not start: ${text}`]];
}

function complain(code: number, lines: readonly string[]): number {
  for (const line of lines) console.error(`mirror: ${line}`);
  return code;
}

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

interface Ready {
  readonly config: Config;
  readonly settings: MachineSettings;
  readonly machine: OneMachine;
}

/** What runs, and where history lives: the one thing to back up. */
function readyLines({ config, settings, machine }: Ready): readonly string[] {
  const { region, where } = settings;
  const history =
    where.kind === 'embedded'
      ? `history lives in ${where.dataDir}, and only there: back it up`
      : `history lives in the DynamoDB table ${where.table}, Region ${region}`;
  const slack =
    machine.slackUrl === undefined ? 'Slack by Socket Mode' : `Slack posts to ${machine.slackUrl}`;
  const targets = config.destinations.map(({ account, name, region: at }) => `${name} (${account}, ${at})`);
  return [
    `mirror: ${history}`,
    `mirror: ${slack}; ECR ${targets.join(', ')}`,
    ...(machine.healthUrl === undefined ? [] : [`mirror: health at ${machine.healthUrl}healthz`]),
    'mirror: started; SIGTERM or Ctrl-C stops it',
  ];
}
