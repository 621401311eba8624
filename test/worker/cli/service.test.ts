import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestItem } from '../../../core/request/request.ts';
import { botHealthStore } from '../../../core/store/bot-health.ts';
import { openDynamo } from '../../../core/store/dynamo.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../../local/ecr/start.ts';
import { LOCAL_REGION } from '../../../local/start.ts';
import {
  approve,
  ask,
  cardOf,
  eventually,
  itemOf,
  settled,
  type Stage,
  startStage,
} from '../../integration/stage.ts';
import { type Ended, linesOf, mirror } from './run-mirror.ts';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-doctor-'));
  stage = await startStage({ dataDir: folder });
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The command with the environment that the service has here. */
function run(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { dynamoDbUrl, queues, table } = stage.local;
  const env = {
    MIRROR_CONFIG: join(folder, 'mirror.config.json'),
    MIRROR_TABLE: table,
    MIRROR_WORK_QUEUE_URL: queues.work,
    MIRROR_NOTIFY_QUEUE_URL: queues.notify,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
    AWS_ENDPOINT_URL_SQS: new URL(queues.work).origin,
    AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: LOCAL_REGION,
    ...over,
  };
  return mirror(args, { env });
}

/** A configuration of its own, made from the one that runs. */
function fileOf(name: string, change: (config: Record<string, unknown>) => Record<string, unknown>): string {
  const file = join(folder, name);
  const config = JSON.parse(readFileSync(join(folder, 'mirror.config.json'), 'utf8'));
  writeFileSync(file, JSON.stringify(change(config)));
  return file;
}

const about = ({ out }: Ended, ...results: readonly string[]) =>
  linesOf(out).filter(({ result }) => results.includes(String(result)));

describe('mirror doctor', () => {
  const botSeen = () =>
    eventually(async () => ((await run(['doctor'])).out.includes('No bot has') ? undefined : true));

  test('of a service that is well: nothing fails, and each thing it stands on was looked at', async () => {
    await botSeen();
    const id = await ask(stage, '/mirror redis:6.2 base-images/doctor');
    await approve(stage, id);
    await settled(stage, id);
    const before = stage.local.ecr.admin.tags('base-images/doctor').size;
    const ended = await run(['doctor', '--json']);
    expect(about(ended, 'fail', 'warn')).toEqual([]);
    // Who else may push is the account's business until somebody says otherwise.
    expect(about(ended, 'skip').map((each) => each['about'])).toEqual(['registry policy local']);
    expect(linesOf(ended.out).map((each) => each['about'])).toEqual([
      'configuration',
      'ECR local',
      'clock',
      'ECR local',
      'registry policy local',
      'table',
      'bot',
      'work queue',
      'notify queue',
    ]);
    expect(ended.code).toBe(0);
    // It only asked: no tag, no repository came of it.
    expect(stage.local.ecr.admin.tags('base-images/doctor').size).toBe(before);
    expect(stage.local.ecr.admin.tags('mirror-doctor-probe').size).toBe(0);
  });

  test.each([
    'ecr:DescribeImages',
    'ecr:BatchCheckLayerAvailability',
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
  ])('without %s it names the right and who adds it', async (action) => {
    const { admin } = stage.local.ecr;
    admin.deny(LOCAL_ACCESS_KEY_ID, { action });
    try {
      const ended = await run(['doctor', '--json']);
      expect(ended.code).toBe(1);
      expect(about(ended, 'fail')).toMatchObject([
        { what: expect.stringContaining(action), fix: expect.stringContaining(`adds ${action}`) },
      ]);
    } finally {
      admin.allow(LOCAL_ACCESS_KEY_ID, action);
    }
  });

  test('without ecr:CreateRepository the service works, and it says with what less', async () => {
    const { admin } = stage.local.ecr;
    admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:CreateRepository' });
    const ended = await run(['doctor', '--json']);
    admin.allow(LOCAL_ACCESS_KEY_ID, 'ecr:CreateRepository');
    expect(ended.code).toBe(0);
    expect(about(ended, 'warn')).toMatchObject([
      { what: expect.stringContaining('has to be created by somebody else') },
    ]);
  });

  test('tells wrong credentials, a missing table, a missing queue and a queue without dead letters apart', async () => {
    const wrong = await run(['doctor', '--json'], { AWS_ACCESS_KEY_ID: 'AKIANOBODY' });
    expect(about(wrong, 'fail')).toMatchObject([
      { about: 'ECR local', fix: expect.stringContaining('keys') },
    ]);
    const table = await run(['doctor', '--json', '--table', 'nowhere']);
    expect(about(table, 'fail')).toMatchObject([{ what: expect.stringContaining('no table nowhere') }]);
    const dead = stage.local.queues.workDead;
    const none = await run(['doctor', '--json', '--work-queue', dead]);
    expect(about(none, 'fail')).toMatchObject([{ what: expect.stringContaining('no dead-letter queue') }]);
    const gone = await run(['doctor', '--json', '--notify-queue', dead.replace('work-dead', 'gone')]);
    expect(about(gone, 'fail')).toMatchObject([
      { about: 'notify queue', what: expect.stringContaining('no queue') },
    ]);
    expect([wrong, table, none, gone].map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  });

  test('tells what the bot found out about itself, and when it is not heard of any more', async () => {
    const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' };
    const { dynamoDbUrl: endpoint, table } = stage.local;
    const dynamo = openDynamo(table, { region: LOCAL_REGION, credentials, endpoint });
    try {
      const store = botHealthStore(dynamo);
      const check = await eventually(() => store.get());
      await store.put({
        ...check,
        at: Date.now() - 7_200_000,
        scopes: { granted: [], missing: ['usergroups:read'] },
        groups: [{ id: 'S0GONE', of: 'teams[0].approvers.userGroups', why: 'no_such_subteam' }],
      });
      const ended = await run(['doctor']);
      await store.put(check);
      expect(ended.out).toContain('✕ fails  bot: The bot was last heard of 120 min ago.');
      expect(ended.out).toContain('The app has no scope usergroups:read: asking who is in a group');
      expect(ended.out).toContain(
        'There is no user group S0GONE, which teams[0].approvers.userGroups names.',
      );
      expect(ended.err).toMatch(/^3 of \d+ checks fail\.$/m);
    } finally {
      dynamo.client.destroy();
    }
  });

  test('tells a clock that is off from one that is too far off', async () => {
    const { clockCheck } = await import('../../../worker/cli/doctor/clock.ts');
    expect(clockCheck(1_000)).toMatchObject({ result: 'ok' });
    expect(clockCheck(-90_000)).toMatchObject({
      result: 'warn',
      what: expect.stringContaining('90 s behind'),
    });
    expect(clockCheck(400_000)).toMatchObject({
      result: 'fail',
      what: expect.stringContaining('400 s ahead of'),
    });
    expect(clockCheck(undefined)).toBeUndefined();
  });

  test('of a configuration that is not valid tells every problem, and of one that is not there is wrong usage', async () => {
    const broken = fileOf('broken.json', (config) => ({ ...config, teams: [], channels: {} }));
    const ended = await run(['doctor', '--json', '--config', broken]);
    expect(about(ended, 'fail')).toHaveLength(2);
    expect(ended.code).toBe(1);
    expect(await run(['doctor', '--config', join(folder, 'none.json')])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no such file'),
    });
    expect((await run(['doctor', 'what'])).code).toBe(2);
  });
});

describe('mirror config check', () => {
  test('of a valid file says so', async () => {
    const ended = await run(['config', 'check', join(folder, 'mirror.config.json')]);
    expect(ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('is valid: 1 team, 2 rules, hash '),
    });
  });

  test('tells all problems at once, each with its place', async () => {
    const file = fileOf('bad.json', (config) => ({
      ...config,
      paused: 'yes',
      teams: [{ id: 'x' }],
      wrong: 1,
    }));
    const ended = await run(['config', 'check', file]);
    expect(ended.code).toBe(1);
    const places = ended.err
      .trim()
      .split('\n')
      .map((line) => line.slice(file.length + 2).split(':')[0]);
    expect(places.toSorted()).toEqual(['paused', 'teams[0].approvers', 'teams[0].prefixes', 'wrong']);
  });

  test('tells what is valid and hardly meant', async () => {
    const file = fileOf('odd.json', (config) => ({
      ...config,
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: {} }],
      rules: [{ name: 'all' }, { name: 'never', match: { target: 'x/*' } }],
    }));
    const ended = await run(['config', 'check', file]);
    expect(ended.code).toBe(0);
    expect(ended.err).toContain('nobody can approve what team default asks for');
    expect(ended.err).toContain('rule never is never reached: rule all above it matches everything');
  });
});

describe('mirror explain', () => {
  test('tells team, target, rule and approvers', async () => {
    const ended = await run(['explain', 'nginx:1.21-alpine', 'base-images/nginx']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toBe(
      `docker.io/library/nginx:1.21-alpine -> base-images/nginx:1.21-alpine
  team       default
  target     local (account 123456789012, Region eu-central-1)
  source     is read as nobody
  rule       base-images: 1 approval
  approvers  user groups S01PLATFORM; never the requester
  expires    undecided after 168 h
`,
    );
  });

  test.each([
    ['a host that is no source', ['quay.example/x:1', 'base-images/x'], 'hostNotAllowed'],
    ['a target of nobody’s', ['nginx:1', 'elsewhere/nginx'], 'outsidePrefix'],
    ['what no rule matches', ['nginx:1', 'base-images'], 'outsidePattern'],
    ['what is no reference', ['Nginx', 'base-images/nginx'], 'badReference'],
  ])('refuses %s as the bot would', async (_, args, code) => {
    const ended = await run(['explain', '--json', ...args]);
    expect(ended.code).toBe(1);
    expect(linesOf(ended.out)).toMatchObject([{ refused: { code } }]);
  });

  test('of a team that is not there is wrong usage', async () => {
    expect(await run(['explain', '--team', 'x', 'nginx:1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no team x'),
    });
  });
});

describe('mirror requests', () => {
  test('lists what is open with what it waits for; what is done is not listed', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/open');
    await cardOf(stage, id, 'waiting for');
    // What is open is found by an index, which follows the item a moment later, as DynamoDB's do.
    const ended = await eventually(async () => {
      const listed = await run(['requests']);
      return listed.out.includes(id) ? listed : undefined;
    });
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(
      new RegExp(`open {2}${id} {2}redis:6.2 -> base-images/open {2}asked 0 min ago`),
    );
    expect(ended.out).toContain('waits for a decision, until ');
    const listed = await eventually(async () =>
      linesOf((await run(['requests', '--json'])).out).find((each) => each['id'] === id),
    );
    expect(listed).toMatchObject({
      state: 'pending',
      stuck: false,
      waitsFor: [{ image: '1', stuck: false }],
    });
    await approve(stage, id);
    await settled(stage, id);
    await eventually(async () => ((await run(['requests'])).out.includes(id) ? undefined : true));
  });

  test('without a table is wrong usage; a table that does not answer is told as that', async () => {
    expect((await run(['requests'], { MIRROR_TABLE: '' })).code).not.toBe(0);
    expect(await run(['requests', '--table', 'nowhere'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('the table nowhere does not answer'),
    });
  });

  test('an image that nobody takes up for an hour is stuck', async () => {
    const { waitings } = await import('../../../core/request/waiting.ts');
    const id = await ask(stage, '/mirror redis:6.2 base-images/stuck');
    await cardOf(stage, id, 'waiting for');
    const item: RequestItem = await itemOf(stage, id);
    const image = item.images['1'];
    if (!image) throw new Error('no image');
    const now = Date.now();
    const queued = { ...item, images: { 1: { ...image, state: 'queued', since: now - 3_600_000 } as const } };
    const patienceMs = 1_200_000;
    expect(waitings(queued, { now, patienceMs })).toContainEqual({
      image: '1',
      why: 'a worker',
      stuck: true,
    });
    expect(waitings(item, { now, patienceMs }).every(({ stuck }) => !stuck)).toBe(true);
  });
});
