import { parseArgs } from 'node:util';
import { readConfig } from './read-config.ts';
import { readOutputs } from './setup/outputs.ts';
import { usageProblem } from '../core/usage-problem.ts';
import { type LivePlaces, verifyLive } from './setup/verify.ts';

const USAGE = `npm run -s verify:live -- --outputs cdk-outputs.json [--stack NAME] [--region REGION] [--config FILE]

Looks at a deployed stack with your AWS credentials: secret, clock, the address Slack posts to (with a signed command),
table, bot, queues, rights of the worker. Changes nothing. Prints what is wrong and what to do.
0 = nothing fails, 1 = something does, 2 = not run.`;

export interface VerifyIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const MARKS = { ok: '✓ ok', fail: '✕ fails', skip: '– not looked at' } as const;

export async function verifyCommand(args: readonly string[], io: VerifyIo): Promise<0 | 1 | 2> {
  const refuse = (problem: string): 2 => {
    io.err(`verify:live: ${problem}`);
    return 2;
  };
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    return refuse(usageProblem(error));
  }
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const { outputs: file, stack } = values;
  const read = readOutputs({ file, stack, wanted: 'SlackRequestUrl' });
  if (!read.ok) return refuse(read.problem);
  const config = readConfig(values.config, io.env);
  if (!config.ok) return refuse(config.problems.join('\n'));
  const missing: string[] = [];
  const output = (name: string): string => {
    const value = read.outputs[name];
    if (value === undefined) missing.push(name);
    return value ?? '';
  };
  const secretId = output('SlackSecretArn');
  const roleArn = read.outputs['WorkerRoleArn'];
  const places: LivePlaces = {
    requestUrl: output('SlackRequestUrl'),
    secretId,
    table: output('TableName'),
    workQueueUrl: output('WorkQueueUrl'),
    notifyQueueUrl: output('NotifyQueueUrl'),
    region: values.region ?? secretId.split(':')[3] ?? io.env['AWS_REGION'] ?? '',
    ...(roleArn !== undefined && { role: { roleArn, config: config.config } }),
  };
  if (missing.length > 0) return refuse(`${file} has no output ${missing.join(', ')}`);
  const checks = await verifyLive(places, io);
  for (const { about, fix, result, what } of checks) {
    io.out(`${MARKS[result]}  ${about}: ${what}${fix === undefined ? '' : `\n    ${fix}`}`);
  }
  const failed = checks.filter(({ result }) => result === 'fail').length;
  io.out(failed === 0 ? 'Nothing fails.' : `${failed} of ${checks.length} checks fail.`);
  return failed > 0 ? 1 : 0;
}

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: true,
    options: {
      outputs: { type: 'string', default: 'cdk-outputs.json' },
      stack: { type: 'string' },
      region: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

if (import.meta.main) {
  process.exitCode = await verifyCommand(process.argv.slice(2), {
    env: process.env,
    now: Date.now,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  });
}
