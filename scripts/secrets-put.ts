import { parseArgs } from 'node:util';
import { parseRegistrySecret } from '../core/secrets/registry-secret.ts';
import { formatSlackSecret, parseSlackSecret } from '../core/secrets/slack-secret.ts';
import { openSecretStore, type SecretStore } from '../core/secrets/store-secret.ts';
import { askHidden, readPipe, type Terminal } from './setup/ask.ts';
import { readOutputs } from './setup/outputs.ts';
import { usageProblem } from '../core/usage-problem.ts';

const USAGE = `npm run -s secrets:put -- slack --outputs cdk-outputs.json
npm run -s secrets:put -- registry NAME --outputs cdk-outputs.json

Asks for secrets, shows nothing of them, and stores them in AWS Secrets Manager. Running functions take them up by
themselves within five minutes.

  slack            the bot token (xoxb-…) and the signing secret, from the app's page
  registry NAME    the account of a source registry; NAME is what registries.<host>.credentials says
  --outputs FILE   what npx cdk deploy --outputs-file wrote; --stack NAME where it has several stacks
  --secret ID      ARN or name of the secret instead
  --region REGION  else that of the ARN, else AWS_REGION

From a pipe: {"botToken": "xoxb-…", "signingSecret": "…"}, or for a registry user:secret.`;

export interface SecretsPutIo {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly err: (line: string) => void;
}

/** Returns the exit code: 0 stored, 1 AWS refused, 2 wrong usage or something that is no such secret. */
export async function secretsPut(args: readonly string[], io: SecretsPutIo): Promise<0 | 1 | 2> {
  const line = parseLine(args);
  if (line.kind !== 'put') {
    io.err(line.kind === 'help' ? USAGE : `secrets:put: ${line.problem}`);
    return line.kind === 'help' ? 0 : 2;
  }
  const region = line.region ?? line.id.split(':')[3] ?? io.env['AWS_REGION'];
  const store = openSecretStore(line.id, region ? { region } : {});
  try {
    const text = line.what === 'slack' ? await slackText(io) : await registryText(io, store, line.name);
    if (typeof text !== 'string') {
      io.err(`secrets:put: ${text.problem}; nothing was stored`);
      return 2;
    }
    await store.write(text);
    io.err('Stored. It counts within five minutes, without a deployment.');
    return 0;
  } catch (error) {
    io.err(`secrets:put: nothing was stored: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    store.close();
  }
}

type Problem = { readonly problem: string };

async function slackText({ terminal }: SecretsPutIo): Promise<string | Problem> {
  const given = terminal.input.isTTY
    ? JSON.stringify({
        botToken: await askHidden(terminal, 'Bot User OAuth Token (OAuth & Permissions, xoxb-…): '),
        signingSecret: await askHidden(terminal, 'Signing Secret (Basic Information, App Credentials): '),
      })
    : await readPipe(terminal);
  const secret = parseSlackSecret(given);
  return secret
    ? formatSlackSecret(secret)
    : { problem: 'a bot token begins with xoxb-, and a signing secret is letters and digits only' };
}

/** One secret holds all registries, so what is there of the others stays. */
async function registryText(
  { terminal }: SecretsPutIo,
  store: SecretStore,
  name: string,
): Promise<string | Problem> {
  const given = terminal.input.isTTY
    ? `${await askHidden(terminal, `User of ${name}: `)}:${await askHidden(terminal, 'Password or token: ')}`
    : await readPipe(terminal);
  if (!/^[^:\s]+:\S/.test(given)) return { problem: 'an account is user:secret' };
  const others = parseRegistrySecret(await store.read());
  return JSON.stringify({ ...Object.fromEntries(others), [name]: given });
}

type Line =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string }
  | {
      readonly kind: 'put';
      readonly what: 'slack' | 'registry';
      readonly name: string;
      readonly id: string;
      readonly region: string | undefined;
    };

function parseLine(args: readonly string[]): Line {
  const wrong = (problem: string): Line => ({ kind: 'wrong', problem: `${problem} (--help)` });
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        outputs: { type: 'string' },
        stack: { type: 'string' },
        secret: { type: 'string' },
        region: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const [what, name = ''] = positionals;
    if (what !== 'slack' && what !== 'registry') return wrong('it stores one of: slack, registry NAME');
    if (what === 'registry' && name === '')
      return wrong('a registry needs its NAME: registries.<host>.credentials');
    const { outputs, region, secret, stack } = values;
    if (secret !== undefined) return { kind: 'put', what, name, id: secret, region };
    if (outputs === undefined) return wrong('it needs --outputs FILE or --secret ID');
    const wanted = what === 'slack' ? 'SlackSecretArn' : 'RegistrySecretArn';
    const read = readOutputs({ file: outputs, stack, wanted });
    return read.ok
      ? { kind: 'put', what, name, id: read.outputs[wanted] ?? '', region }
      : wrong(read.problem);
  } catch (error) {
    return wrong(usageProblem(error));
  }
}

if (import.meta.main) {
  process.exitCode = await secretsPut(process.argv.slice(2), {
    terminal: { input: process.stdin, output: process.stderr },
    env: process.env,
    err: (line) => console.error(line),
  });
}
