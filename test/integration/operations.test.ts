import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLog } from '../../core/log.ts';
import { botHealthStore } from '../../core/store/bot-health.ts';
import { botFindings } from '../../core/health/bot-check.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { LOCAL_REGION } from '../../local/start.ts';
import { textOf } from './person.ts';
import { approve, ask, cardOf, eventually, itemOf, settled, type Stage, startStage, told } from './stage.ts';

const lines: Record<string, unknown>[] = [];
let stage: Stage;
beforeAll(async () => {
  const log = jsonLog((line) => lines.push(JSON.parse(line)), Date.now);
  stage = await startStage({ log, configure: (config) => ({ ...config, health: { port: 0 } }) });
});
afterAll(() => stage.close());

const at = (path: string): URL => new URL(path, stage.local.healthUrl);

describe('the log', () => {
  test('of the main job has the request’s id on every line about it, and its events once and in order', async () => {
    const from = lines.length;
    const id = await ask(stage, '/mirror redis:6.2 base-images/logged');
    await approve(stage, id);
    await settled(stage, id);
    const said = lines.slice(from);
    for (const line of said) {
      expect(line).toMatchObject({
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        level: expect.any(String),
        message: expect.any(String),
        part: expect.any(String),
      });
    }
    const parts = ['bot', 'worker', 'request', 'tick'];
    const about = said.filter(({ level, part }) => parts.includes(String(part)) && level !== 'debug');
    expect(about.filter(({ requestId }) => requestId !== id)).toEqual([]);
    const events = said.flatMap(({ message }) => /^request (.*)/.exec(String(message))?.[1] ?? []);
    expect(events).toEqual(['offered', 'approved', 'copied', 'scanned', 'finished']);
    expect(said.some(({ part }) => part === 'worker')).toBe(true);
  });
});

describe('GET /healthz', () => {
  test('is 200 with every part while all of them work', async () => {
    const answer = await eventually(async () => {
      const response = await fetch(at('/healthz'));
      return response.status === 200 ? response : undefined;
    });
    const body: unknown = await answer.json();
    expect(body).toMatchObject({
      status: 'ok',
      parts: {
        slack: { ok: true, text: 'connected' },
        'work queue': { ok: true },
        'notify queue': { ok: true },
        tick: { ok: true },
      },
    });
  });

  test('listens on loopback only, and knows nothing else', async () => {
    expect(at('/').hostname).toBe('127.0.0.1');
    expect((await fetch(at('/else'))).status).toBe(404);
    expect((await fetch(at('/healthz'), { method: 'POST' })).status).toBe(405);
  });
});

test('GET /metrics counts what happened', async () => {
  const text = await (await fetch(at('/metrics'))).text();
  expect(text).toMatch(/^mirror_events_total\{type="copied"\} [1-9]/m);
  expect(text).toMatch(/^mirror_doorbells_total\{queue="work",outcome="answered"\} [1-9]/m);
  expect(text).toMatch(/^mirror_slack_calls_total\{call="post",answer="ok"\} [1-9]/m);
  expect(text).toMatch(/^mirror_copy_seconds_count [1-9]/m);
  expect(text).toMatch(/^mirror_ticks_total\{outcome="done"\} [1-9]/m);
});

test('the bot leaves how it stands in Slack where the worker can read it', async () => {
  const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' };
  const { dynamoDbUrl: endpoint, table } = stage.local;
  const dynamo = openDynamo(table, { region: LOCAL_REGION, credentials, endpoint });
  try {
    const check = await eventually(() => botHealthStore(dynamo).get());
    expect(check.scopes.missing).toEqual([]);
    expect(check.channels).toMatchObject([{ of: 'channels.default', name: 'image-requests' }]);
    expect(check.groups).toMatchObject([{ id: stage.slack.userGroups.platformApprovers, members: 2 }]);
    expect(botFindings(check)).toEqual([]);
  } finally {
    dynamo.client.destroy();
  }
});

describe('while mirroring is paused', () => {
  let paused: Stage;
  beforeAll(async () => {
    paused = await startStage({ configure: (config) => ({ ...config, paused: true }) });
  });
  afterAll(() => paused.close());

  test('a request is kept, the answer says so, and nothing is looked up', async () => {
    const before = paused.hub.calls.length;
    const id = await ask(paused, '/mirror redis:6.2 base-images/paused');
    expect(await told(paused, 'paused')).toContain('is kept: when it goes on, it is looked up');
    expect((await itemOf(paused, id)).state).toBe('resolving');
    expect(paused.hub.calls.slice(before)).toEqual([]);
  });
});

test('a card that waits says that mirroring is paused, and loses that when all is done', async () => {
  const { renderCard } = await import('../../bot/messages/card.ts');
  const id = await ask(stage, '/mirror redis:6.2 base-images/noted');
  await cardOf(stage, id, 'waiting for');
  const item = await itemOf(stage, id);
  expect(textOf(renderCard(item, true))).toContain('Mirroring is paused: decisions count');
  expect(textOf(renderCard(item, true))).toContain('Approve');
  expect(textOf(renderCard(item))).not.toContain('paused');
  expect(textOf(renderCard({ ...item, state: 'finished' }, true))).not.toContain('paused');
});
