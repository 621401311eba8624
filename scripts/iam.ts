import { parseArgs } from 'node:util';
import { identityPolicy } from '../core/permissions/identity-policy.ts';
import type { Part } from '../core/permissions/permissions.ts';
import { readConfig } from './read-config.ts';
import type { Printed } from './registry-policy.ts';
import { usageProblem } from '../core/usage-problem.ts';

const USAGE = `npm run -s iam -- [options]

Prints the least that npm start needs on AWS, as an IAM policy for its role or user. It sets nothing.

  --embedded           for npm start -- --embedded: only ECR is on AWS
  --config FILE        else MIRROR_CONFIG, else mirror.config.json
  --table NAME         else MIRROR_TABLE
  --work-queue URL     else MIRROR_WORK_QUEUE_URL
  --notify-queue URL   else MIRROR_NOTIFY_QUEUE_URL
  --region REGION      of the table; else that of the queues`;

const ALL: readonly Part[] = ['listener', 'notifier', 'worker', 'tick', 'doctor'];

export function printIam(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Printed {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    return wrong([usageProblem(error)]);
  }
  if (values.help) return { code: 0, out: `${USAGE}\n`, err: '' };
  const read = readConfig(values.config, env);
  if (!read.ok) return wrong(read.problems);
  const { config } = read;
  if (values.embedded) return print(identityPolicy({ config, embedded: true }, ALL));
  const table = values.table ?? env['MIRROR_TABLE'];
  const workQueueUrl = values['work-queue'] ?? env['MIRROR_WORK_QUEUE_URL'];
  const notifyQueueUrl = values['notify-queue'] ?? env['MIRROR_NOTIFY_QUEUE_URL'];
  const missing = [
    ...(table === undefined ? ['it needs the table: --table NAME or MIRROR_TABLE'] : []),
    ...(workQueueUrl === undefined
      ? ['it needs the work queue: --work-queue URL or MIRROR_WORK_QUEUE_URL']
      : []),
    ...(notifyQueueUrl === undefined
      ? ['it needs the notify queue: --notify-queue URL or MIRROR_NOTIFY_QUEUE_URL']
      : []),
  ];
  if (table === undefined || workQueueUrl === undefined || notifyQueueUrl === undefined)
    return wrong([...missing, 'or --embedded, where nothing of them is on AWS']);
  const [, queueRegion, queueAccount] = /\/\/sqs\.([a-z0-9-]+)\.[^/]+\/(\d{12})\//.exec(workQueueUrl) ?? [];
  const [first] = config.destinations;
  const account = queueAccount ?? first?.account ?? '';
  const region = values.region ?? queueRegion ?? env['AWS_REGION'] ?? first?.region ?? '';
  return print(identityPolicy({ config, account, region, table, workQueueUrl, notifyQueueUrl }, ALL));
}

const print = (policy: object): Printed => ({
  code: 0,
  out: `${JSON.stringify(policy, null, 2)}\n`,
  err: '',
});
const wrong = (problems: readonly string[]): Printed => ({
  code: 2,
  out: '',
  err: problems.map((each) => `iam: ${each}\n`).join(''),
});

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: true,
    options: {
      embedded: { type: 'boolean', default: false },
      config: { type: 'string' },
      table: { type: 'string' },
      'work-queue': { type: 'string' },
      'notify-queue': { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

if (import.meta.main) {
  const { code, err, out } = printIam(process.argv.slice(2), process.env);
  process.stdout.write(out);
  process.stderr.write(err);
  process.exitCode = code;
}
