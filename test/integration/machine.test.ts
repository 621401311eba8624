import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { LOCAL_CREDENTIALS, LOCAL_REGION, type StandIns, startStandIns } from '../../local/stand-ins.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { type Person, person, repliesOf } from './person.ts';
import { ask, cardOf, FAST, NO_SCAN_TIME, threadOf } from './stage.ts';

/** `npm start` as a process of its own, over stand-ins that only configuration and environment name. */
let world: StandIns;
let folder: string;
let config: string;
let alice: Person;
let bob: Person;
const running = new Set<ChildProcess>();
// Processes start slowly where much runs beside them.
jest.setTimeout(180_000);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-machine-'));
  world = await startStandIns({
    page: false,
    hub: { images: smallImages },
    ecr: { scan: NO_SCAN_TIME },
    configure: (given) => ({
      ...given,
      limits: { ...given.limits, timing: FAST },
      health: { port: 0 },
    }),
  });
  const { slack } = world;
  const written = JSON.parse(world.configText);
  config = join(folder, 'mirror.config.json');
  writeFileSync(config, JSON.stringify({ ...written, slack: { endpoint: slack.apiUrl, port: 0 } }));
  alice = person(slack, slack.people.requester);
  bob = person(slack, slack.people.approver);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;

/** What a fresh shell has, and the machine's AWS credentials. */
const BARE: Env = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  AWS_REGION: LOCAL_REGION,
};
const tokens = (): Env => ({
  ...BARE,
  SLACK_BOT_TOKEN: world.slack.botToken,
  SLACK_APP_TOKEN: world.slack.appToken,
});
const onAws = (over: Env = {}): Env => ({
  ...tokens(),
  AWS_ENDPOINT_URL_DYNAMODB: world.dynamoDbUrl,
  AWS_ENDPOINT_URL_SQS: world.sqsUrl,
  MIRROR_TABLE: world.table,
  MIRROR_WORK_QUEUE_URL: world.queues.work,
  MIRROR_NOTIFY_QUEUE_URL: world.queues.notify,
  ...over,
});

function spawned(args: readonly string[], env: Env): ChildProcess {
  const child = spawn(process.execPath, ['local/machine/run.js', '--config', config, ...args], {
    env,
    stdio: ['ignore', 'pipe', process.env['LOG'] ? 'inherit' : 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Until it says that it has started; what it said until then. */
async function started(args: readonly string[], env: Env) {
  const child = spawned(args, env);
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const said: string[] = [];
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('started;')) return { child, said };
  }
  throw new Error(`it ended before it started: ${said.join('\n')}${errors.join('')}`);
}

async function ended(args: readonly string[], env: Env) {
  const child = spawned(args, env);
  const [code, errors] = await Promise.all([exit(child), child.stderr ? text(child.stderr) : '']);
  return { code, errors };
}

const exit = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });

async function stop(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  return exit(child);
}

describe('with table and queues from the environment', () => {
  test('what is not there is named at once; --create makes it, and the main job runs to its findings; SIGTERM ends it with 0', async () => {
    const beside = (url: string): string => `${url}-2`;
    const env = onAws({
      MIRROR_TABLE: 'mirror-2',
      MIRROR_WORK_QUEUE_URL: beside(world.queues.work),
      MIRROR_NOTIFY_QUEUE_URL: beside(world.queues.notify),
    });
    const { code, errors } = await ended([], env);
    expect(code).toBe(2);
    expect(errors.trim().split('\n')).toEqual([
      'mirror: there is no table mirror-2 in Region eu-central-1: npm start -- --create makes it',
      expect.stringMatching(
        /there is no queue at .*work-2 \(MIRROR_WORK_QUEUE_URL\): npm start -- --create makes it$/,
      ),
      expect.stringMatching(/there is no queue at .*notify-2 \(MIRROR_NOTIFY_QUEUE_URL\)/),
    ]);

    const { child, said } = await started(['--create'], env);
    expect(said).toEqual([
      `mirror: history lives in the DynamoDB table mirror-2, Region ${LOCAL_REGION}`,
      expect.stringMatching(/^mirror: Slack by Socket Mode; ECR local \(123456789012, eu-central-1\)$/),
      expect.stringMatching(/^mirror: health at http:/),
      'mirror: started; SIGTERM or Ctrl-C stops it',
    ]);
    const health = /http:\S+/.exec(said[2] ?? '')?.[0] ?? '';
    expect((await fetch(health)).status).toBe(200);
    const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/redis');
    await bob.click(await cardOf(world, id, 'waiting for'), 'approve');
    await threadOf(world, id, 'Scan of');
    expect(world.ecr.admin.tags('base-images/redis').get('6.2')).toBe(
      world.upstream?.digestOf('library/redis', '6.2'),
    );
    expect(await stop(child)).toBe(0);
    await world.slack.disconnected();
  });
});

describe('embedded', () => {
  test('history outlives kill -9, also where Slack comes another way afterwards; a second process on the folder is sent away', async () => {
    const data = join(folder, 'data');
    const args = ['--embedded', '--data', data];
    const first = await started(args, tokens());
    expect(first.said[0]).toBe(`mirror: history lives in ${data}, and only there: back it up`);
    const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/embedded');
    await cardOf(world, id, 'waiting for');

    const second = await ended(args, tokens());
    expect([second.code, second.errors]).toEqual([
      2,
      `mirror: already running on ${data}: stop process ${first.child.pid} first\n`,
    ]);

    first.child.kill('SIGKILL');
    await exit(first.child);
    await world.slack.disconnected();
    const third = await started(args, {
      ...tokens(),
      MIRROR_SLACK_MODE: 'http',
      SLACK_SIGNING_SECRET: world.slack.signingSecret,
    });
    const [, url] = /Slack posts to (\S+);/.exec(third.said.join('\n')) ?? [];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/slack\/events$/);
    world.slack.requestUrl(url);
    await bob.click(await cardOf(world, id, 'waiting for'), 'approve');
    const card = await threadOf(world, id, 'Scan of');
    expect(repliesOf(card)[0]).toContain('Approved by');
    expect(await stop(third.child)).toBe(0);
    world.slack.requestUrl(undefined);
  });
});

describe('what somebody has to change ends it with 2, in one go', () => {
  test('every variable that is missing', async () => {
    const { code, errors } = await ended([], { ...BARE, SLACK_BOT_TOKEN: 'xapp-mixed-up' });
    expect(code).toBe(2);
    expect(
      errors
        .trim()
        .split('\n')
        .map((line) => /^mirror: (\S+) /.exec(line)?.[1]),
    ).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'MIRROR_TABLE',
      'MIRROR_WORK_QUEUE_URL',
      'MIRROR_NOTIFY_QUEUE_URL',
    ]);
    expect(errors).not.toContain('xapp-mixed-up');
  });

  test('a token that Slack does not take', async () => {
    const { code, errors } = await ended([], onAws({ SLACK_BOT_TOKEN: 'xoxb-revoked' }));
    expect([code, errors]).toEqual([2, expect.stringContaining('Slack does not let the app in')]);
  });
});
