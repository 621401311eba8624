import { describe, expect, test } from '@jest/globals';
import { type Import, importsOf, readSource, sourceFiles } from './imports.ts';

/** Who may import whose files: for each folder the places (folders or files) it reaches beside itself. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  bot: ['core/'],
  worker: ['core/'],
  local: ['core/'],
  infra: ['core/config/', 'core/permissions/', 'core/store/table.ts', 'core/queue/limits.ts'],
  scripts: ['core/', 'bot/manifest/'],
  test: ['core/', 'bot/', 'worker/', 'local/', 'infra/', 'scripts/'],
};
/** The only files in which bot and worker meet. */
const MEETING: Readonly<Record<string, readonly string[]>> = {
  'local/start.ts': ['bot/', 'worker/'],
  'local/one-machine.ts': ['bot/', 'worker/'],
};

/** Who may import which package. `types` = only its types, which are gone when the program runs. */
const PACKAGES: Readonly<
  Record<string, { readonly in: readonly string[]; readonly types?: readonly string[] }>
> = {
  valibot: { in: ['core/', 'bot/', 'worker/', 'local/', 'infra/'] },
  '@aws-sdk/client-dynamodb': {
    in: ['core/store/', 'local/dynamodb.ts', 'local/stand-ins.ts', 'local/machine/'],
    types: ['local/one-machine.ts'],
  },
  '@aws-sdk/lib-dynamodb': { in: ['core/store/'] },
  '@aws-sdk/client-sqs': {
    in: [
      'core/queue/',
      'local/lambda/',
      'local/sqs.ts',
      'local/stand-ins.ts',
      'local/start.ts',
      'local/machine/',
      'local/unkind/',
    ],
    types: ['bot/bot.ts', 'worker/worker.ts', 'local/one-machine.ts'],
  },
  '@aws-sdk/client-secrets-manager': { in: ['core/secrets/'] },
  '@aws-sdk/client-iam': { in: ['scripts/setup/'] },
  '@aws-sdk/credential-providers': { in: ['worker/ecr/'] },
  '@aws-sdk/client-sts': { in: ['worker/cli/'] },
  '@aws-sdk/client-ecr': { in: ['worker/'], types: ['local/'] },
  '@slack/bolt': { in: ['bot/', 'local/'] },
  '@slack/types': { in: ['bot/', 'local/'] },
  '@slack/web-api': { in: ['bot/', 'local/'] },
  undici: { in: ['worker/', 'local/'] },
  'ipaddr.js': { in: ['worker/'] },
  'p-limit': { in: ['worker/'] },
  croner: { in: ['core/schedule/'] },
  semver: { in: ['core/schedule/'] },
  yaml: { in: ['worker/cli/adopt/'] },
  'aws-cdk-lib': { in: ['infra/'] },
  'cdk-nag': { in: ['infra/'] },
  dynalite: { in: ['local/'] },
  'classic-level': { in: ['local/'] },
  fauxqs: { in: ['local/'] },
  ws: { in: ['local/'] },
  esbuild: { in: ['local/', 'scripts/'] },
  lit: { in: ['local/slack/page/'] },
  '@valibot/to-json-schema': { in: ['scripts/'] },
};

/** core decides and never reaches out by itself: no files, no sockets, no processes. */
const NOT_IN_CORE = [
  'fs',
  'net',
  'tls',
  'dgram',
  'dns',
  'http',
  'https',
  'http2',
  'child_process',
  'worker_threads',
];
/** Pure functions over text that Node keeps in a module of sockets. */
const PURE = ['isIP', 'isIPv4', 'isIPv6'];

const FOLDERS = Object.keys(OURS);
const MAX_LINES = 400;

const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

/** Why an import is not allowed; undefined = it is. */
function violation(given: Import): string | undefined {
  const { file, names, ours, target, typeOnly } = given;
  const folder = file.split('/')[0] ?? '';
  if (ours) {
    const reached = [`${folder}/`, ...(OURS[folder] ?? []), ...(MEETING[file] ?? [])];
    return within(target, reached) ? undefined : `${file} must not import ${target}`;
  }
  if (target.startsWith('node:')) {
    const reachesOut = folder === 'core' && NOT_IN_CORE.includes(target.slice('node:'.length));
    const pure = names.length > 0 && names.every((name) => PURE.includes(name));
    return reachesOut && !pure ? `${file} must not import ${target}: core does not reach out` : undefined;
  }
  if (folder === 'test') return undefined;
  const rule = PACKAGES[target];
  if (!rule) return `${file} imports ${target}, which is not in the table of packages`;
  const allowed = within(file, rule.in) || (typeOnly && within(file, rule.types ?? []));
  return allowed
    ? undefined
    : `${file} must not import ${target}${within(file, rule.types ?? []) ? ' but for its types' : ''}`;
}

const violations = (file: string, source: string): readonly string[] =>
  importsOf(file, source).flatMap((one) => violation(one) ?? []);

const files = sourceFiles(FOLDERS);

test('every import is one that the table allows', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.flatMap((file) => violations(file, readSource(file)))).toEqual([]);
});

test('each row of the table of packages is in use', () => {
  const used = new Set(
    files.flatMap((file) => importsOf(file, readSource(file)).map(({ target }) => target)),
  );
  expect(Object.keys(PACKAGES).filter((name) => !used.has(name))).toEqual([]);
});

describe('a planted violation is found', () => {
  test.each([
    ['core/request/due.ts', "import { tick } from '../../worker/tick/tick.ts';"],
    ['core/config/parse.ts', "import { readFileSync } from 'node:fs';"],
    ['core/oci/reference.ts', "import { connect, isIPv4 } from 'node:net';"],
    ['core/request/decide.ts', "import {\n  GetCommand,\n} from '@aws-sdk/lib-dynamodb';"],
    ['bot/bot.ts', "import { startWorker } from '../worker/worker.ts';"],
    ['bot/bot.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['worker/worker.ts', "import type { Bot } from '../bot/bot.ts';"],
    ['worker/worker.ts', "export { WebClient } from '@slack/web-api';"],
    ['local/main.ts', "import { startBot } from '../bot/bot.ts';"],
    ['local/ecr/start.ts', "import { ECRClient, type Repository } from '@aws-sdk/client-ecr';"],
    ['local/one-machine.ts', "const test = await import('../test/browser.ts');"],
    ['infra/queues.ts', "import { bell } from '../core/queue/bell.ts';"],
    ['bot/bot.ts', "import axios from 'axios';"],
    ['bot/bot.ts', "import 'axios';"],
  ])('in %s: %s', (file, source) => {
    expect(violations(file, source)).toHaveLength(1);
  });

  test.each([
    ['core/oci/reference.ts', "import { isIPv4, isIPv6 } from 'node:net';"],
    ['bot/bot.ts', "import { type SQSClient } from '@aws-sdk/client-sqs';"],
    ['local/start.ts', "import { startBot } from '../bot/bot.ts';"],
    ['infra/table.ts', "import { TABLE } from '../core/store/table.ts';"],
    ['bot/bot.ts', '// taken from import "axios"'],
  ])('and this is none, in %s: %s', (file, source) => {
    expect(violations(file, source)).toEqual([]);
  });
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter((file) => readSource(file).trimEnd().split('\n').length > MAX_LINES);
  expect(long).toEqual([]);
});

test('no file is named after nothing', () => {
  const nameless = files.filter((file) =>
    /(?:^|\/)(?:utils?|helpers?|common|misc|shared|functions)(?:\.|\/)/.test(file),
  );
  expect(nameless).toEqual([]);
});

test('the product runs on Node 24', () => {
  // Elsewhere optionalDependencies bring no Node along, and whatever runs the tests is the user's choice.
  if (process.platform !== 'linux') return;
  expect(process.version).toMatch(/^v24\./);
});
