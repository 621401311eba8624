import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from '@jest/globals';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { localClient } from '../../local/slack/local-client.ts';
import { LOCAL_REGION } from '../../local/start.ts';
import { textOf } from './person.ts';

/** AWS ends a Lambda and an ECS task 30 s after SIGTERM at the earliest; what is given back takes its time too. */
const DRAIN_MS = 25_000;

let child: ChildProcess | undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'mirror-stop-'));
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('SIGTERM in the middle of a copy: the process ends in time, and the image is free for the next one at once', async () => {
  const process = spawn(
    globalThis.process.execPath,
    ['local/run.js', '--json', '--port', '0', '--data', dataDir],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  child = process;
  const { value: line } = await createInterface({ input: process.stdout })[Symbol.asyncIterator]().next();
  const places: {
    slack: string;
    channel: string;
    people: Record<'requester' | 'approver', string>;
    table: string;
  } = JSON.parse(line ?? '');
  const client = localClient(places.slack);
  const { channel, people } = places;
  await client.command({ user: people.requester, channel, text: '/mirror nginx:1.21-alpine' });
  const events = await fetch(new URL('_local/events', places.slack));
  const reader = events.body?.getReader();
  const cardThat = async (says: string) => {
    for (;;) {
      const { messages } = await client.transcript(channel);
      const card = messages.find(
        (message) => message.metadata !== undefined && textOf(message).includes(says),
      );
      if (card) return card;
      await reader?.read();
    }
  };
  const { ts } = await cardThat('waiting for');
  await client.click({ user: people.approver, channel, ts, action_id: 'approve' });
  const id = /M-[0-9A-Z]{4,16}/.exec(textOf(await cardThat('copying, ')))?.[0] ?? '';
  await reader?.cancel().catch(() => {});

  const stoppedAt = Date.now();
  process.kill('SIGTERM');
  const code = await new Promise((resolve) => process.once('exit', resolve));
  expect(code).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(DRAIN_MS);

  const dynamoDb = await startDynamoDb({ port: 0, path: join(dataDir, 'dynamodb') });
  const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' };
  const dynamo = openDynamo(places.table, { region: LOCAL_REGION, credentials, endpoint: dynamoDb.endpoint });
  try {
    const item = await requestStore(dynamo).get(id);
    // Given back, and not counted as a try that failed.
    expect(item?.images['1']).toMatchObject({ state: 'queued', yielded: true, notBefore: 0 });
    expect(item?.work['1']).toMatchObject({ owner: '', until: 0 });
  } finally {
    dynamo.client.destroy();
    await dynamoDb.close();
  }
}, 120_000);
