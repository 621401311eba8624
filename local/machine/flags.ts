import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { usageProblem } from '../../core/usage-problem.ts';

export interface MachineFlags {
  readonly config: string | undefined;
  /** Table and queues in this process, kept in the folder. */
  readonly embedded: { readonly dataDir: string } | undefined;
  /** Table and queues that are missing on AWS are made. */
  readonly create: boolean;
  readonly help: boolean;
}
export type MachineFlagsResult =
  | { readonly ok: true; readonly flags: MachineFlags }
  | { readonly ok: false; readonly problem: string };

export const MACHINE_USAGE = `npm start [-- options]

Bot, worker and tick in one process: your Slack, your ECR. See docs/one-machine.md.

  --config FILE            else MIRROR_CONFIG, else mirror.config.json
  --embedded --data DIR    table and queues in this process; history lives in DIR
  --create                 makes the table and the queues on AWS that are not there yet
  --help                   this text

  SLACK_BOT_TOKEN          xoxb-…
  SLACK_APP_TOKEN          xapp-…; in Socket Mode
  SLACK_SIGNING_SECRET     with slack.mode "http"; SLACK_SIGNING_SECRET_PREVIOUS counts beside it while it is changed
  MIRROR_SLACK_MODE        socket or http, before slack.mode of the configuration
  MIRROR_TABLE             the DynamoDB table; not with --embedded, like the next two
  MIRROR_WORK_QUEUE_URL    the SQS queue of the worker
  MIRROR_NOTIFY_QUEUE_URL  the SQS queue of the notifier
  AWS_REGION, AWS_PROFILE, ...   as for any AWS program
  NAME_FILE                instead of each secret NAME: a file that holds it`;

/** What was typed after `npm start --`; a problem is one line. */
export function parseMachineFlags(args: readonly string[]): MachineFlagsResult {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        config: { type: 'string' },
        embedded: { type: 'boolean', default: false },
        data: { type: 'string' },
        create: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { config, create, data, embedded, help } = values;
    const no = (problem: string): MachineFlagsResult => ({ ok: false, problem });
    if (!help && embedded !== (data !== undefined && data !== '')) {
      return no('--embedded and --data DIR go together: history lives in DIR');
    }
    if (embedded && create) return no('--create is for AWS: --embedded makes what it needs by itself');
    return {
      ok: true,
      flags: {
        config,
        embedded: embedded && data !== undefined ? { dataDir: resolve(data) } : undefined,
        create,
        help,
      },
    };
  } catch (error) {
    return { ok: false, problem: usageProblem(error) };
  }
}
