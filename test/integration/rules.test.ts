import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConfigInput } from '../../core/config/schema.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { LOCAL_REGION } from '../../local/start.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { mirror } from '../worker/cli/run-mirror.ts';
import { type ScriptedServer, serveScript } from '../worker/registry/scripted-server.ts';
import { repliesOf, seen, textOf, theWhisper } from './person.ts';
import { approve, ask, cardOf, itemOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

const ARN = 'arn:aws:sts::123456789012:assumed-role/ops/bob';
/** An hour, and what is missing from a day whose last minute is not worked in. */
const HOUR_MS = 3_600_000 + 120_000;

const rules: ConfigInput['rules'] = [
  {
    name: 'too-old',
    match: { target: 'base-images/old', ageDays: { from: 365 } },
    decision: 'deny',
    message: 'Ask for a tag that was built within the last year.',
  },
  {
    name: 'too-big',
    match: { target: 'base-images/big', sizeMB: { from: 10_000 } },
    decision: 'deny',
  },
  {
    name: 'small',
    match: { target: 'base-images/small', sizeMB: { below: 1 }, platform: 'linux/*' },
    decision: 'auto',
    minAgeDays: 0,
  },
  {
    name: 'soon',
    match: { target: 'base-images/soon' },
    remindAfterHours: 1,
    escalation: { afterHours: 2, to: { users: ['U01DAVE0001'] } },
  },
  { name: 'base-images', match: { target: 'base-images/*' }, approvals: 2, remindAfterHours: 0 },
];

let stage: Stage;
let sts: ScriptedServer;
let folder: string;
/** Who AWS says is calling. */
let caller = ARN;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-rules-'));
  sts = await serveScript((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${caller}</Arn><UserId>AROA:bob</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  });
  stage = await startStage({
    dataDir: folder,
    hub: { images: smallImages },
    configure: (config) => ({
      ...config,
      rules,
      teams: config.teams.map((team) => ({ ...team, platforms: ['linux/amd64'] })),
      hours: { workingDays: [1, 2, 3, 4, 5, 6, 7], working: { from: '00:00', to: '23:59' } },
      commandApprovers: { [ARN]: 'U01BOB00001' },
      channels: { ...config.channels, ops: 'C01GENERAL1' },
      limits: { ...config.limits, openPerPerson: 12 },
    }),
  });
});
afterAll(async () => {
  await stage.close();
  await sts.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a rule by what the look-up finds', () => {
  test('denies an old image and says what to do; nothing was offered', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/old');
    expect(await told(stage, 'too-old')).toBe(
      'redis:6.2 is not let in: rule too-old denies it.\nAsk for a tag that was built within the last year.',
    );
    expect((await itemOf(stage, id)).state).toBe('refused');
  });

  test('lets in by itself what is small enough, and the card names the rule', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/small');
    expect(textOf(await cardOf(stage, id, '✓ in ECR'))).toContain('Let in by rule small');
    expect((await settled(stage, id)).images['1']?.approvals).toEqual([]);
  });

  test('that does not fit leaves it to the next one', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/big');
    expect(textOf(await cardOf(stage, id, 'waiting for'))).toContain('rule base-images');
    await stage.bob.click(await cardOf(stage, id, 'waiting for'), 'deny');
  });
});

describe('the card', () => {
  test('says what to stop at, what a new repository gets, and what the team runs', async () => {
    const id = await ask(stage, '/mirror nginx base-images/card');
    const text = textOf(await cardOf(stage, id, '0 of 2 approvals'));
    expect(text).toContain('immutable tags, scan on push');
    expect(text).toMatch(
      /⚠ latest means another image tomorrow; this one is pinned · first time that anybody asks for docker\.io\/library\/nginx · very old/,
    );
    expect(text).toMatch(/kB for linux\/amd64, which team default runs/);
    expect(text).toContain('rule base-images (target base-images/*): 2 approvals');
  });

  test('says what came into the repository before, and the source is known by then', async () => {
    const first = await ask(stage, '/mirror nginx:1.21-alpine base-images/before');
    await approve(stage, first);
    await approve(stage, first, stage.carol);
    await threadOf(stage, first, 'Scan of');
    await settled(stage, first);
    const id = await ask(stage, '/mirror redis:6.2 base-images/before');
    const text = textOf(await cardOf(stage, id, 'waiting for'));
    expect(text).toMatch(
      new RegExp(
        `\\*Before\\* {2}\`1\\.21-alpine\` \`sha256:.*\` came in today with ${first}; against it .*its scan: no findings`,
      ),
    );
    expect(text).not.toContain('first time that anybody asks');
  });
});

describe('mirror decide, while Slack is down', () => {
  const run = (...args: readonly string[]) => {
    const { dynamoDbUrl, queues, table } = stage.local;
    return mirror(['decide', ...args], {
      env: {
        MIRROR_CONFIG: join(folder, 'mirror.config.json'),
        MIRROR_TABLE: table,
        MIRROR_WORK_QUEUE_URL: queues.work,
        MIRROR_NOTIFY_QUEUE_URL: queues.notify,
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
        AWS_ENDPOINT_URL_SQS: new URL(queues.work).origin,
        AWS_ENDPOINT_URL_STS: sts.origin,
        AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: LOCAL_REGION,
      },
    });
  };

  test('a named identity approves with a reason; it counts as that member once, and the thread shows both', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/decide');
    await cardOf(stage, id, '0 of 2 approvals');
    const done = await run(id, 'approve', '--reason', 'Slack is down, INC-4711');
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toMatch(
      new RegExp(
        `^approved {2}${id} {2}redis:6\\.2 \\(sha256:[0-9a-f]{64}\\) {2}as U01BOB00001 \\(${ARN}\\)\\n$`,
      ),
    );
    const line = await threadOf(stage, id, 'Approved by');
    expect(repliesOf(line)[0]).toContain('Approved by <@U01BOB00001>: 1 of 2.');
    expect(repliesOf(line)[0]).toContain('by mirror decide, as');
    expect(repliesOf(line)[0]).toContain('Slack is down, INC-4711');
    expect(repliesOf(line)[0]).toContain(ARN);
    expect((await run(id, 'approve', '--reason', 'again')).err).toContain(
      "needs another person's approval too",
    );
    await approve(stage, id, stage.carol);
    await threadOf(stage, id, 'Scan of');
    expect((await run(id, 'deny', '--reason', 'too late')).err).toContain(
      `There is nothing to decide about ${id}`,
    );
  });

  test('denies with its reason', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/decide-no');
    await cardOf(stage, id, 'waiting for');
    expect((await run(id, 'deny', '--reason', 'Not now.')).code).toBe(0);
    expect(repliesOf(await threadOf(stage, id, 'Denied by'))[0]).toContain('Not now.');
  });

  test('an identity that nobody named, a request that is not there, and a missing reason: no', async () => {
    caller = 'arn:aws:sts::123456789012:assumed-role/ops/eve';
    try {
      const id = await ask(stage, '/mirror redis:6.2 base-images/decide-eve');
      await cardOf(stage, id, 'waiting for');
      const refused = await run(id, 'approve', '--reason', 'mine');
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain(`${caller} may not decide`);
      expect((await itemOf(stage, id)).images['1']?.approvals).toEqual([]);
    } finally {
      caller = ARN;
    }
    expect((await run('M-ZZZZ', 'approve', '--reason', 'x')).err).toContain('There is no request M-ZZZZ');
    for (const bad of [['M-7F3K'], ['M-7F3K', 'maybe', '--reason', 'x'], ['M-7F3K', 'approve']]) {
      expect((await run(...bad)).code).toBe(2);
    }
  });
});

test('one person may have so many open requests; the next is told which, and others are not affected', async () => {
  const { bob, slack } = stage;
  const before = (await bob.whispers()).length;
  // Bob's own; Alice has hers from above.
  for (let n = 0; n < 13; n += 1) await bob.command(`/mirror redis:6.2 base-images/quota-${n}`);
  const full = await seen(slack, async () =>
    (await bob.whispers()).slice(before).find((text) => text.includes('open requests')),
  );
  expect(full).toContain(
    'redis:6.2 was not looked up: you have 12 open requests, which is as many as may be open',
  );
  expect(full).toMatch(/cancel one that is not needed any more \(\/mirror cancel M-\w+\)/);
  const id = await ask(stage, '/mirror redis:6.2 base-images/not-affected');
  expect(textOf(await cardOf(stage, id, 'waiting for'))).toContain('0 of 2');
});

// Last: it is hours later afterwards.
describe('nobody decides', () => {
  test('the tick has the thread name them, then more people, each once; from then on those may decide', async () => {
    const id = await ask(stage, '/mirror redis:6.2 base-images/soon');
    const card = await cardOf(stage, id, 'waiting for');
    await stage.dave.click(card, 'approve');
    await theWhisper(stage.slack, stage.dave, 'Only <!subteam^S01PLATFORM> can decide this');
    stage.local.clock.advance(HOUR_MS);
    await threadOf(stage, id, '● <!subteam^S01PLATFORM>: redis:6.2 waits for a decision');
    stage.local.clock.advance(HOUR_MS);
    const asked = await threadOf(stage, id, '● <@U01DAVE0001>: redis:6.2 waits for a decision');
    expect(repliesOf(asked)).toHaveLength(2);
    await approve(stage, id, stage.dave);
    const done = await threadOf(stage, id, 'Scan of');
    expect(repliesOf(done).filter((text) => text.startsWith('●'))).toHaveLength(2);
    expect((await settled(stage, id)).images['1']?.approvals).toMatchObject([{ by: 'U01DAVE0001' }]);
  });
});
