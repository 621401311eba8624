import { connect } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';
import { type Dynamo, openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import type { RequestStore } from '../../core/store/store.ts';
import { formatSlackSecret } from '../../core/secrets/slack-secret.ts';
import { type OneMachine, startOneMachine } from '../../local/one-machine.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import type { SignedPost } from '../../local/slack/http/signed-post.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, type StandIns, startStandIns } from '../../local/stand-ins.ts';
import { type LivePlaces, verifyLive } from '../../scripts/setup/verify.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { cards, type Person, person, repliesOf, seen, textOf, theThread } from './person.ts';
import { quiet } from './quiet.ts';
import { approve, ask, cardOf, eventually, FAST, NO_SCAN_TIME, threadOf } from './stage.ts';

/** The whole product, with Slack posting to it instead of a socket. */
let world: StandIns;
let machine: OneMachine;
let sqs: SQSClient;
let table: Dynamo;
let requests: RequestStore;
let alice: Person;
let bob: Person;

const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };

beforeAll(async () => {
  world = await startStandIns({
    page: false,
    hub: { images: smallImages },
    // Three seconds are Slack's; a busy machine may take longer.
    slack: { ackDeadlineMs: 20_000 },
    ecr: { scan: NO_SCAN_TIME },
    configure: (config) => ({
      ...config,
      slack: { mode: 'http', port: 0 },
      limits: { ...config.limits, timing: FAST },
    }),
  });
  const parsed = parseConfig(world.configText);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const { slack } = world;
  const { host, port } = parsed.config.slack;
  sqs = new SQSClient({ ...aws, endpoint: world.sqsUrl });
  const dynamo = { ...aws, endpoint: world.dynamoDbUrl };
  table = openDynamo(world.table, dynamo);
  requests = requestStore(table);
  machine = await startOneMachine({
    config: parsed.config,
    configHash: parsed.hash,
    slack: {
      botToken: slack.botToken,
      signingSecrets: ['f'.repeat(32), slack.signingSecret],
      host,
      port,
      apiUrl: slack.apiUrl,
    },
    table: world.table,
    dynamo,
    sqs,
    workQueueUrl: world.queues.work,
    notifyQueueUrl: world.queues.notify,
    credentials: LOCAL_CREDENTIALS,
    log: quiet,
  });
  slack.requestUrl(machine.slackUrl);
  alice = person(slack, slack.people.requester);
  bob = person(slack, slack.people.approver);
});
afterAll(async () => {
  await machine.stop();
  sqs.destroy();
  table.client.destroy();
  await world.close();
});

/** Exactly what was sent, once more. */
const replay = ({ body, headers }: SignedPost): Promise<Response> =>
  fetch(machine.slackUrl ?? '', { method: 'POST', headers, body });
const lastPost = (): SignedPost => {
  const post = world.slack.posts.at(-1);
  if (!post) throw new Error('nothing was posted');
  return post;
};

test('the main job, from the command to the findings, goes over signed HTTP', async () => {
  const { ecr, slack, upstream } = world;
  const id = await ask({ alice, slack }, '/mirror nginx:1.21-alpine base-images/nginx');
  const card = await cardOf(world, id, 'waiting for');
  expect(await bob.click(card, 'approve')).toMatchObject({ ok: true });
  const done = await theThread(slack, 'Scan of');
  expect(ecr.admin.tags('base-images/nginx').get('1.21-alpine')).toBe(
    upstream?.digestOf('library/nginx', '1.21-alpine'),
  );
  expect(repliesOf(done)[0]).toContain(`Approved by <@${slack.people.approver}>.`);
  // No socket was ever asked for.
  expect(slack.calls.some(({ method }) => method === 'apps.connections.open')).toBe(false);
});

test('a dialog opens and its answer arrives', async () => {
  const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/denied');
  const card = await cardOf(world, id, 'waiting for');
  await bob.click(card, 'deny');
  const view = await eventually(async () => (await bob.views()).at(-1));
  const input = view.blocks.find(({ type }) => type === 'input');
  const answer = await bob.submit(view.id, { [String(input?.['block_id'])]: 'not this one' });
  expect(answer).toMatchObject({ ok: true });
  await threadOf(world, id, 'not this one');
});

describe('sent again by whoever was on the way', () => {
  test('a command meets its own request: no second card, and the same answer', async () => {
    const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/replayed');
    const command = lastPost();
    await cardOf(world, id, 'waiting for');
    const before = (await cards(world.slack)).length;
    const again = await replay(command);
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining(id)]);
    expect((await requests.get(id))?.state).toBe('pending');
    expect(await cards(world.slack)).toHaveLength(before);
  });

  test('a click meets the state it has changed: one decision, one line in the thread', async () => {
    const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/clicked');
    await approve({ bob, requests, slack: world.slack }, id);
    const click = lastPost();
    await Promise.all(Array.from({ length: 20 }, () => replay(click)));
    await threadOf(world, id, 'Scan of');
    const item = await requests.get(id);
    expect(item?.events.filter(({ type }) => type === 'approved')).toHaveLength(1);
    const card = await cardOf(world, id, '✓ in ECR');
    expect(repliesOf(card).filter((text) => text.startsWith('Approved by'))).toHaveLength(1);
    expect(textOf(card)).not.toContain('undefined');
  });

  test('an event meets the request that it led to', async () => {
    const { slack } = world;
    slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
    await alice.say('@mirror mirror redis:6.2 base-images/mentioned');
    const event = lastPost();
    const found = async () =>
      (await cards(slack)).filter((card) => textOf(card).includes('base-images/mentioned'));
    await seen(slack, async () => ((await found()).length > 0 ? true : undefined));
    const again = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
    const answer = await replay({ ...event, headers: { ...event.headers, ...again } });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const id = await ask({ alice, slack }, '/mirror redis:6.2 base-images/after-it');
    await cardOf(world, id, 'waiting for');
    expect(await found()).toHaveLength(1);
  });

  test('with another body, an older time or no signature it is refused, and nothing happens', async () => {
    const id = await ask({ alice, slack: world.slack }, '/mirror redis:6.2 base-images/tampered');
    await alice.click(await cardOf(world, id, 'waiting for'), 'approve');
    const { body, headers } = lastPost();
    const old = { ...headers, 'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000) - 301) };
    const { 'x-slack-signature': _, ...unsigned } = headers;
    const refused = [
      await replay({ headers, body: `${body}&x=1` }),
      await replay({ headers: old, body }),
      await replay({ headers: unsigned, body }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect((await requests.get(id))?.state).toBe('pending');
  });
});

test('a line that breaks before the answer takes nothing back: what was decided stands, and the next click changes nothing', async () => {
  const { slack } = world;
  const id = await ask({ alice, slack }, '/mirror redis:6.2 base-images/cut');
  const card = await cardOf(world, id, 'waiting for');
  const url = new URL(machine.slackUrl ?? '');
  // What Slack sends, taken from a click that arrives nowhere.
  slack.requestUrl('http://127.0.0.1:9/slack/events');
  await bob.click(card, 'approve');
  slack.requestUrl(url.href);
  const click = lastPost();
  const head = Object.entries({ ...click.headers, host: url.host, 'content-length': click.body.length });
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST ${url.pathname} HTTP/1.1\r\n${lines}\r\n${click.body}`, () => socket.destroy());
  await threadOf(world, id, 'Scan of');
  expect((await replay(click)).status).toBe(200);
  expect((await requests.get(id))?.events.filter(({ type }) => type === 'approved')).toHaveLength(1);
});

test('an app that is not there, or does not answer, is told to the person in Slack’s words', async () => {
  const { slack } = world;
  slack.requestUrl('http://127.0.0.1:9/slack/events');
  expect(await alice.command('/mirror help')).toMatchObject({ ok: false, error: 'dispatch_failed' });
  slack.requestUrl(machine.slackUrl);
  expect(await alice.command('/mirror help')).toMatchObject({ ok: true });
});

describe('npm run verify:live', () => {
  /** What the outputs of a deployment would say, and AWS by the variables that the SDK itself reads. */
  async function look(secret: string | undefined, over: Partial<LivePlaces> = {}) {
    const manager = await startSecretsManager({ slack: secret });
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: world.dynamoDbUrl,
      AWS_ENDPOINT_URL_SQS: world.sqsUrl,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    });
    try {
      const places = {
        requestUrl: machine.slackUrl ?? '',
        secretId: 'slack',
        table: world.table,
        workQueueUrl: world.queues.work,
        notifyQueueUrl: world.queues.notify,
        region: LOCAL_REGION,
      };
      return await verifyLive({ ...places, ...over }, { now: Date.now });
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      await manager.close();
    }
  }
  const stored = (over: object = {}): string =>
    formatSlackSecret({ botToken: 'xoxb-1', signingSecret: world.slack.signingSecret, ...over });

  test('of a stack that is well: everything was looked at, and nothing was changed', async () => {
    const before = world.slack.calls.filter(({ method }) => method.startsWith('chat.')).length;
    const checks = await look(stored());
    expect(checks.map(({ about, result }) => [about, result])).toEqual([
      ['secret', 'ok'],
      ['address', 'ok'],
      ['clock', 'ok'],
      ['command', 'ok'],
      ['table', 'ok'],
      ['bot', 'ok'],
      ['work queue', 'ok'],
      ['notify queue', 'ok'],
    ]);
    expect(world.slack.calls.filter(({ method }) => method.startsWith('chat.'))).toHaveLength(before);
  });

  test('what fails has its fix', async () => {
    const failed = async (...given: Parameters<typeof look>) =>
      (await look(...given)).filter(({ result }) => result === 'fail').map(({ about, fix }) => [about, fix]);
    expect(await failed(undefined)).toEqual([['secret', expect.stringContaining('secrets:put')]]);
    expect(await failed(stored({ signingSecret: 'another0123456789' }))).toEqual([
      ['command', expect.stringContaining('five minutes')],
    ]);
    const gone = {
      requestUrl: 'http://127.0.0.1:9/slack/events',
      table: 'none',
      workQueueUrl: `${world.sqsUrl}/0/none`,
    };
    expect((await failed(stored(), gone)).map(([about]) => about)).toEqual([
      'address',
      'table',
      'work queue',
    ]);
  });
});
