import { parseArgs } from 'node:util';
import type { Config } from '../core/config/schema.ts';
import { registryPolicy } from '../core/permissions/registry-policy.ts';
import { readConfig } from './read-config.ts';
import { usageProblem } from '../core/usage-problem.ts';

const USAGE = `npm run -s registry-policy -- [options]

Prints statements for the policy of each destination's registry, and sets nothing: only the worker and the named
administrators may write below the prefixes, and the accounts of the organization may pull. See docs/pulling.md.

  --config FILE          else MIRROR_CONFIG, else mirror.config.json
  --destination NAME     one destination; needed where there are several
  --writer ARN           the worker's role; else registryPolicy.writers of the configuration
  --admin ARN            may be given several times; else registryPolicy.admins
  --organization ID      o-…; else registryPolicy.organization`;

export type Printed = { readonly code: 0 | 2; readonly out: string; readonly err: string };

export function printRegistryPolicy(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Printed {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    return wrong(usageProblem(error));
  }
  if (values.help) return { code: 0, out: `${USAGE}\n`, err: '' };
  const read = readConfig(values.config, env);
  if (!read.ok) return wrong(read.problems.join('\n'));
  const { config } = read;
  const destination = chosen(config, values.destination);
  if (typeof destination === 'string') return wrong(destination);
  const set = config.registryPolicy;
  const writers = values.writer ?? set?.writers ?? [];
  if (writers.length === 0) {
    return wrong('it needs the role that the worker runs as: --writer ARN, or registryPolicy.writers');
  }
  const organization = values.organization ?? set?.organization;
  const settings = { writers, admins: values.admin ?? set?.admins ?? [], organization };
  const policy = registryPolicy({ destination, teams: config.teams, settings });
  return { code: 0, out: `${JSON.stringify(policy, null, 2)}\n`, err: ADVICE };
}

/** To stderr, so that what is printed can go into a file. */
const ADVICE = `Nothing was set. A registry has one policy: put these statements beside those that stand there
(aws ecr get-registry-policy), then aws ecr put-registry-policy --policy-text file://FILE\n`;

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: true,
    options: {
      config: { type: 'string' },
      destination: { type: 'string' },
      writer: { type: 'string', multiple: true },
      admin: { type: 'string', multiple: true },
      organization: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

const wrong = (problem: string): Printed => ({ code: 2, out: '', err: `registry-policy: ${problem}\n` });

function chosen({ destinations }: Config, name: string | undefined): Config['destinations'][number] | string {
  const names = destinations.map((each) => each.name).join(', ');
  const [first] = destinations;
  if (name === undefined)
    return destinations.length === 1 && first
      ? first
      : `there are several destinations: --destination, one of ${names}`;
  return destinations.find((each) => each.name === name) ?? `there is no destination ${name}, only ${names}`;
}

if (import.meta.main) {
  const { code, err, out } = printRegistryPolicy(process.argv.slice(2), process.env);
  process.stdout.write(out);
  process.stderr.write(err);
  process.exitCode = code;
}
