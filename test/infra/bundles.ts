import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FunctionName } from '../../local/lambda/deployed.ts';
import { readTemplate, type Template } from './template.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
export const NAMES: readonly FunctionName[] = ['Bot', 'Notifier', 'Worker', 'Tick'];

export interface Synthesized {
  readonly template: Template;
  /** For each function the folder that would be uploaded. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  /** What the command printed. */
  readonly said: string;
}

/** `npx cdk synth` as a person runs it, over the example configuration, into this folder. Rejects where it ends with an error. */
export async function synthesize(out: string, more: readonly string[] = []): Promise<Synthesized> {
  const { stderr, stdout } = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
      'synth',
      '--quiet',
      '--output',
      out,
      '--context',
      `config=${join(ROOT, 'infra/example.config.json')}`,
      ...more,
    ],
    {
      cwd: ROOT,
      // `node` of cdk.json is the one that runs this; no credentials, no profile, no Docker.
      env: {
        PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
        HOME: out,
        CDK_DISABLE_VERSION_CHECK: '1',
      },
    },
  );
  const template = readTemplate(join(out, 'Mirror-prod.template.json'));
  const folder = (name: FunctionName): string => {
    const code: unknown = template.one('AWS::Lambda::Function', name).Properties['Code'];
    const key = typeof code === 'object' && code !== null && 'S3Key' in code ? String(code.S3Key) : '';
    return join(out, `asset.${key.replace(/\.zip$/, '')}`);
  };
  const bundles = {
    Bot: folder('Bot'),
    Notifier: folder('Notifier'),
    Worker: folder('Worker'),
    Tick: folder('Tick'),
  };
  return { template, bundles, said: `${stdout}${stderr}` };
}

/** In every bundle because the document client has a paginator of it, or the client a way that is never taken here. */
const NEVER_SENT = ['dynamodb:Scan', 'dynamodb:DescribeEndpoints'];

/** The commands of the AWS SDK that a bundle can send, as IAM's actions: those whose class is in it. */
export function commandsIn(bundle: string): readonly string[] {
  const { outputs }: Metafile = JSON.parse(readFileSync(join(bundle, 'index.meta.json'), 'utf8'));
  // Maps are outputs too.
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return [
    ...new Set(
      inputs.flatMap(([file, { bytesInOutput }]) => {
        const [, client = '', command = ''] =
          /@aws-sdk\/client-([a-z-]+)\/dist-[a-z]+\/commands\/(\w+)Command\.js$/.exec(file) ?? [];
        return command === '' || bytesInOutput === 0 ? [] : [`${PREFIXES[client] ?? client}:${command}`];
      }),
    ),
  ]
    .filter((action) => !NEVER_SENT.includes(action))
    .toSorted();
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}
/** What IAM calls the services. */
const PREFIXES: Readonly<Record<string, string>> = { 'secrets-manager': 'secretsmanager' };
