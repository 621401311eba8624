import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../core/config/parse.ts';
import type { Config, ConfigInput } from '../../../core/config/schema.ts';
import { type Environment, machineSettings } from '../../../local/machine/environment.ts';
import { type MachineFlags, parseMachineFlags } from '../../../local/machine/flags.ts';

function configOf(over: Partial<ConfigInput> = {}): Config {
  const parsed = parseConfig(
    JSON.stringify({
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U1A'] } }],
      destinations: [{ name: 'prod', account: '123456789012', region: 'eu-west-1' }],
      channels: { default: 'C012AB3CD' },
      ...over,
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

const FLAGS: MachineFlags = { config: undefined, embedded: undefined, create: false, help: false };
const FULL: Environment = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  MIRROR_TABLE: 'mirror',
  MIRROR_WORK_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/work',
  MIRROR_NOTIFY_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/notify',
};
const files: Readonly<Record<string, string>> = { '/run/token': 'xoxb-file\n' };
const read = (file: string): string => {
  const found = files[file];
  if (found === undefined) throw new Error('ENOENT');
  return found;
};
const settle = (env: Environment, over: Partial<ConfigInput> = {}, flags = FLAGS) =>
  machineSettings({ config: configOf(over), flags, env, read });
const settingsOf = (...given: Parameters<typeof settle>) => {
  const made = settle(...given);
  if (!made.ok) throw new Error(made.problems.join('\n'));
  return made.settings;
};
const problemsOf = (...given: Parameters<typeof settle>): readonly string[] => {
  const made = settle(...given);
  return made.ok ? [] : made.problems.map((each) => each.split(' ')[0] ?? '');
};

describe('Slack', () => {
  test('Socket Mode is the default, and needs both tokens', () => {
    expect(settingsOf(FULL).slack).toEqual({ botToken: 'xoxb-1', appToken: 'xapp-1' });
    expect(problemsOf({ ...FULL, SLACK_APP_TOKEN: '' })).toEqual(['SLACK_APP_TOKEN']);
  });

  test('over HTTP the signing secret takes the app token’s place; the one before counts beside it', () => {
    const slack = { mode: 'http', port: 8080 } as const;
    const env = { ...FULL, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'new' };
    const http = { botToken: 'xoxb-1', host: '127.0.0.1', port: 8080 };
    expect(settingsOf(env, { slack }).slack).toEqual({ ...http, signingSecrets: ['new'] });
    const both = { ...env, SLACK_SIGNING_SECRET_PREVIOUS: 'old' };
    expect(settingsOf(both, { slack }).slack).toEqual({ ...http, signingSecrets: ['new', 'old'] });
    expect(problemsOf({ ...env, SLACK_SIGNING_SECRET: '' }, { slack })).toEqual(['SLACK_SIGNING_SECRET']);
  });

  test('the environment comes before the configuration, and takes two words only', () => {
    const http = { ...FULL, MIRROR_SLACK_MODE: 'http', SLACK_SIGNING_SECRET: 'x' };
    expect('signingSecrets' in settingsOf(http).slack).toBe(true);
    expect(problemsOf({ ...FULL, MIRROR_SLACK_MODE: 'carrier pigeon' })).toEqual(['MIRROR_SLACK_MODE']);
  });

  test('tokens that were mixed up are told apart by their first letters, and not shown', () => {
    const made = settle({ ...FULL, SLACK_BOT_TOKEN: 'xapp-secret', SLACK_APP_TOKEN: 'xoxb-secret' });
    expect(made.ok ? [] : made.problems).toHaveLength(2);
    expect(JSON.stringify(made)).not.toContain('secret');
  });
});

describe('secrets', () => {
  test('may be in a file, whose last line end does not count', () => {
    const { SLACK_BOT_TOKEN: _, ...env } = FULL;
    expect(settingsOf({ ...env, SLACK_BOT_TOKEN_FILE: '/run/token' }).slack.botToken).toBe('xoxb-file');
  });

  test('of registries are found by the names that the configuration uses', () => {
    const { secretOf } = settingsOf({ ...FULL, HUB: 'user:pass', EMPTY: '' });
    expect([secretOf('HUB'), secretOf('EMPTY'), secretOf('NONE')]).toEqual([
      'user:pass',
      undefined,
      undefined,
    ]);
  });

  test('a file that cannot be read is named, with everything else that is missing', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN_FILE: '/run/none' })).toEqual([
      'SLACK_BOT_TOKEN_FILE',
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'MIRROR_TABLE',
      'MIRROR_WORK_QUEUE_URL',
      'MIRROR_NOTIFY_QUEUE_URL',
    ]);
  });
});

test('embedded needs nothing of AWS but ECR', () => {
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
  const { where } = settingsOf(env, {}, { ...FLAGS, embedded: { dataDir: '/data' } });
  expect(where).toEqual({ kind: 'embedded', dataDir: '/data' });
});

test('the Region is that of the environment, else that of the first destination', () => {
  expect(settingsOf(FULL).region).toBe('eu-west-1');
  expect(settingsOf({ ...FULL, AWS_DEFAULT_REGION: 'eu-north-1' }).region).toBe('eu-north-1');
  expect(settingsOf({ ...FULL, AWS_DEFAULT_REGION: 'eu-north-1', AWS_REGION: 'eu-south-1' }).region).toBe(
    'eu-south-1',
  );
});

test.each([
  [['--embedded'], '--embedded and --data DIR go together: history lives in DIR'],
  [['--data', 'x'], '--embedded and --data DIR go together: history lives in DIR'],
  [
    ['--embedded', '--data', 'x', '--create'],
    '--create is for AWS: --embedded makes what it needs by itself',
  ],
  [['--prot'], "Unknown option '--prot'"],
])('%j is wrong: %s', (args, problem) => {
  expect(parseMachineFlags(args)).toEqual({ ok: false, problem });
});
