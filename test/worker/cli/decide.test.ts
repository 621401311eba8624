import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDynamo } from '../../../core/store/dynamo.ts';
import { requestStore } from '../../../core/store/items.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import { type DynamoDb, ensureTable, startDynamoDb } from '../../../local/dynamodb.ts';
import { LEAST } from '../../core/config/sample-config.ts';
import { type LocalQueue, openLocalQueue } from '../../core/queue/local-queue.ts';
import { ALICE, HOUR, offered, sampleDigest, sampleRule } from '../../core/request/sample-request.ts';
import { reply, type ScriptedServer, serveScript } from '../registry/scripted-server.ts';
import { mirror } from './run-mirror.ts';

const ARN = 'arn:aws:sts::123456789012:assumed-role/ops/alice';
const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${ARN}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const CLIENT = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

let dynamoDb: DynamoDb;
let queue: LocalQueue;
let sts: ScriptedServer;
let requests: RequestStore;
let close: () => void;
const folder = mkdtempSync(join(tmpdir(), 'mirror-decide-'));
beforeAll(async () => {
  dynamoDb = await startDynamoDb({ port: 0 });
  queue = await openLocalQueue();
  sts = await serveScript(reply(200, IDENTITY, { 'content-type': 'text/xml' }));
  const admin = new DynamoDBClient({ ...CLIENT, endpoint: dynamoDb.endpoint });
  await ensureTable(admin, 'mirror');
  admin.destroy();
  const dynamo = openDynamo('mirror', { ...CLIENT, endpoint: dynamoDb.endpoint });
  requests = requestStore(dynamo);
  close = () => dynamo.client.destroy();
  const config = { ...LEAST, commandApprovers: { [ARN]: ALICE } };
  writeFileSync(join(folder, 'mirror.config.json'), JSON.stringify(config));
});
afterAll(async () => {
  close();
  await Promise.all([dynamoDb.close(), queue.close(), sts.close()]);
  rmSync(folder, { recursive: true });
});

async function decide(id: string, ...more: readonly string[]) {
  const [work, notify] = [await queue.newQueue(), await queue.newQueue()];
  return mirror(['decide', id, ...more], {
    env: {
      MIRROR_CONFIG: join(folder, 'mirror.config.json'),
      MIRROR_TABLE: 'mirror',
      MIRROR_WORK_QUEUE_URL: work,
      MIRROR_NOTIFY_QUEUE_URL: notify,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_SQS: new URL(work).origin,
      AWS_ENDPOINT_URL_STS: sts.origin,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: CLIENT.region,
    },
  });
}

test('of a list only the images that the identity may decide are decided, and named as that', async () => {
  const item = offered(2);
  const [one, two] = Object.values(item.images);
  if (!one || !two) throw new Error('two images');
  const expiresAt = Date.now() + HOUR;
  const rule = sampleRule({ byCommand: [{ arn: ARN, user: ALICE }] });
  const images = { '1': { ...one, expiresAt, rule }, '2': { ...two, expiresAt } };
  await requests.put({ ...item, images });
  const ended = await decide(item.id, 'approve', '--reason', 'Slack is down');
  expect(ended).toEqual({
    code: 0,
    out: `approved  ${item.id}  app1:1.0 (${sampleDigest('index')})  as ${ALICE} (${ARN})\n`,
    err: '',
  });
  const after = await requests.get(item.id);
  expect(after?.images['1']?.approvals).toMatchObject([{ by: ALICE }]);
  expect(after?.images['2']?.approvals).toEqual([]);
});
