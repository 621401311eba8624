import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from './read-config.ts';
import { readOutputs } from './setup/outputs.ts';
import { usageProblem } from './setup/usage-problem.ts';
import { type LivePlaces, verifyLive } from './setup/verify.ts';

const USAGE = `npm run -s verify:live -- --outputs cdk-outputs.json [--stack NAME] [--region REGION] [--config FILE]

Looks at a deployed stack with your AWS credentials: secret, clock, the address Slack posts to (with a signed command),
table, bot, queues, rights of the worker. Changes nothing. Prints what is wrong and what to do. 0 = all well, 1 = something fails.`;

/** Needed to find the stack. */
const WANTED = 'SlackRequestUrl';

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      outputs: { type: 'string', default: 'cdk-outputs.json' },
      stack: { type: 'string' },
      region: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { outputs: file, stack } = values;
  const read = readOutputs(readFileSync(file, 'utf8'), { file, stack, wanted: WANTED });
  if (!read.ok) return refuse(read.problem);
  const { outputs } = read;
  const names = ['SlackRequestUrl', 'SlackSecretArn', 'TableName', 'WorkQueueUrl', 'NotifyQueueUrl'] as const;
  const missing = names.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) return refuse(`${file} has no output ${missing.join(', ')}`);
  const places: LivePlaces = {
    requestUrl: outputs['SlackRequestUrl'] ?? '',
    secretId: outputs['SlackSecretArn'] ?? '',
    table: outputs['TableName'] ?? '',
    workQueueUrl: outputs['WorkQueueUrl'] ?? '',
    notifyQueueUrl: outputs['NotifyQueueUrl'] ?? '',
    region: values.region ?? outputs['SlackSecretArn']?.split(':')[3] ?? process.env['AWS_REGION'] ?? '',
  };
  const config = readConfig(values.config, process.env);
  if (!config.ok) return refuse(config.problems.join('\n'));
  const roleArn = outputs['WorkerRoleArn'];
  const role = roleArn === undefined ? {} : { role: { roleArn, config: config.config } };
  const checks = await verifyLive({ ...places, ...role }, { now: Date.now });
  for (const { about, ok, what, fix } of checks) {
    console.log(`${ok ? '✓ ok' : '✕ fails'}  ${about}: ${what}${fix === undefined ? '' : `\n    ${fix}`}`);
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  console.log(failed === 0 ? 'Nothing fails.' : `${failed} of ${checks.length} checks fail.`);
  return failed > 0 ? 1 : 0;
}

function refuse(problem: string): number {
  console.error(`verify:live: ${problem}`);
  return 2;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.exitCode = refuse(usageProblem(error));
  }
}
