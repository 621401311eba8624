import type { Config } from '../../core/config/schema.ts';
import type { OneMachineOptions } from '../one-machine.ts';
import type { MachineFlags } from './flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where table and queues are. */
export type Where =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | {
      readonly kind: 'aws';
      readonly table: string;
      readonly workQueueUrl: string;
      readonly notifyQueueUrl: string;
      readonly create: boolean;
    };

export interface MachineSettings {
  readonly slack: OneMachineOptions['slack'];
  readonly where: Where;
  /** Of table and queues. */
  readonly region: string;
  /** By the names that `registries.<host>.credentials` use. */
  readonly secretOf: (name: string) => string | undefined;
}
export type MachineSettingsResult =
  | { readonly ok: true; readonly settings: MachineSettings }
  /** Everything that is missing or wrong, one line each; never what a secret holds. */
  | { readonly ok: false; readonly problems: readonly string[] };

export interface MachineInput {
  readonly config: Config;
  readonly flags: MachineFlags;
  readonly env: Environment;
  /** The text of a file; throws where it cannot be read. */
  readonly read: (file: string) => string;
}

/** What configuration, flags and environment come to together. All problems at once: nobody likes to start five times. */
export function machineSettings({ config, flags, env, read }: MachineInput): MachineSettingsResult {
  const problems: string[] = [];
  const secretOf = (name: string): string | undefined => {
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') return env[name] || undefined;
    try {
      return read(file).trim() || undefined;
    } catch {
      problems.push(`${name}_FILE names ${file}, which cannot be read`);
      return undefined;
    }
  };
  const need = (name: string, what: string, form?: RegExp): string => {
    const value = secretOf(name);
    if (value === undefined) problems.push(`${name} is not set: ${what}`);
    else if (form && !form.test(value)) problems.push(`${name} does not look like one: ${what}`);
    return value ?? '';
  };

  const mode = env['MIRROR_SLACK_MODE'] || config.slack.mode;
  const botToken = need(
    'SLACK_BOT_TOKEN',
    'the app’s page, "OAuth & Permissions", Bot User OAuth Token (xoxb-…)',
    /^xoxb-/,
  );
  const apiUrl = config.slack.endpoint === undefined ? {} : { apiUrl: config.slack.endpoint };
  const slackOf = (): MachineSettings['slack'] => {
    if (mode !== 'http') {
      if (mode !== 'socket') problems.push(`MIRROR_SLACK_MODE is ${mode}: it takes socket or http`);
      const appToken = need(
        'SLACK_APP_TOKEN',
        'the app’s page, "Basic Information", App-Level Tokens, with connections:write (xapp-…)',
        /^xapp-/,
      );
      return { botToken, appToken, ...apiUrl };
    }
    const secret = need('SLACK_SIGNING_SECRET', 'the app’s page, "Basic Information", App Credentials');
    const previous = secretOf('SLACK_SIGNING_SECRET_PREVIOUS');
    const signingSecrets = [secret, previous].filter((each) => each !== undefined && each !== '') as string[];
    const { host, port } = config.slack;
    return { botToken, signingSecrets, host, port, ...apiUrl };
  };
  const slack = slackOf();

  const whereOf = (): Where => {
    if (flags.embedded) return { kind: 'embedded', ...flags.embedded };
    const other = 'or --embedded --data DIR, which needs none';
    return {
      kind: 'aws',
      table: need('MIRROR_TABLE', `the name of the DynamoDB table, ${other}`),
      workQueueUrl: need('MIRROR_WORK_QUEUE_URL', `the address of the worker’s SQS queue, ${other}`, QUEUE),
      notifyQueueUrl: need(
        'MIRROR_NOTIFY_QUEUE_URL',
        `the address of the notifier’s SQS queue, ${other}`,
        QUEUE,
      ),
      create: flags.create,
    };
  };
  const where = whereOf();
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || config.destinations[0]?.region || '';
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, settings: { slack, where, region, secretOf } };
}

const QUEUE = /^https?:\/\/\S+\/[^/\s]+$/;
