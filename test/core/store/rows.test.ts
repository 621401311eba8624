import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GetCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { bytesStore, findingsStore, ROW_MAX_BYTES, targetStore } from '../../../core/store/rows.ts';
import type { BytesStore, FindingsStore, TargetStore } from '../../../core/store/store.ts';
import { bytesKey, targetPartition } from '../../../core/store/table.ts';
import { sampleDigest, sampleTarget, START } from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';

let table: LocalTable;
let targets: TargetStore;
let bytes: BytesStore;
let findings: FindingsStore;

beforeAll(async () => {
  table = await openLocalTable();
  targets = targetStore(table.dynamo);
  bytes = bytesStore(table.dynamo, () => START);
  findings = findingsStore(table.dynamo);
});
afterAll(async () => {
  await table.close();
});

describe('a target row', () => {
  const open = (request: string) => ({ request, image: '1', digest: sampleDigest(request) });
  const current = (request: string, copiedAt: number) => ({
    sourceDigest: sampleDigest('source'),
    targetDigest: sampleDigest('target'),
    request,
    copiedAt,
  });

  test('that nobody took is not there, and one of many takes it', async () => {
    const target = sampleTarget('base-images/taken');
    expect(await targets.get(target)).toBeUndefined();
    const ids = Array.from({ length: 10 }, (_, n) => `M-000${n}`);
    const won = await Promise.all(ids.map((id) => targets.take(target, 0, open(id))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await targets.get(target)).toEqual({ version: 1, open: open(ids[won.indexOf(true)] ?? '') });
  });

  test('is taken over on the version read, and only by one of two', async () => {
    const target = sampleTarget('base-images/over');
    await targets.take(target, 0, open('M-AAAA'));
    expect([
      await targets.take(target, 1, open('M-BBBB')),
      await targets.take(target, 1, open('M-CCCC')),
    ]).toEqual([true, false]);
    expect(await targets.get(target)).toMatchObject({ version: 2, open: { request: 'M-BBBB' } });
  });

  test('tells what stands there now; the newer copy wins, whichever is written last', async () => {
    const target = sampleTarget('base-images/now');
    await targets.setCurrent(target, current('M-BBBB', START + 2));
    await targets.setCurrent(target, current('M-AAAA', START + 1));
    expect((await targets.get(target))?.current).toEqual(current('M-BBBB', START + 2));
    await targets.setCurrent(target, current('M-CCCC', START + 3));
    expect((await targets.get(target))?.current).toEqual(current('M-CCCC', START + 3));
  });

  test('keeps its owner when a copy is recorded, but not the version that somebody read before', async () => {
    const target = sampleTarget('base-images/owner');
    await targets.take(target, 0, open('M-AAAA'));
    await targets.setCurrent(target, current('M-AAAA', START));
    expect(await targets.get(target)).toEqual({
      version: 2,
      open: open('M-AAAA'),
      current: current('M-AAAA', START),
    });
    expect(await targets.take(target, 1, open('M-BBBB'))).toBe(false);
  });

  test('has every copy in its history, each once, and tags do not mix', async () => {
    const target = sampleTarget('base-images/history', '1.0');
    for (const [request, at] of [
      ['M-BBBB', 2],
      ['M-AAAA', 1],
      ['M-BBBB', 2],
    ] as const) {
      await targets.setCurrent(target, current(request, START + at));
    }
    await targets.setCurrent(sampleTarget('base-images/history', '2.0'), current('M-CCCC', START));
    const query = new QueryCommand({
      TableName: 'mirror',
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :history)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': targetPartition(target), ':history': 'HISTORY#1.0#' },
    });
    const { Items }: QueryCommandOutput = await table.dynamo.client.send(query);
    expect(Items?.map((row) => row['request'])).toEqual(['M-AAAA', 'M-BBBB']);
  });
});

describe('manifest bytes', () => {
  const mediaType = 'application/vnd.oci.image.index.v1+json';

  test('come back as they were put, and go by themselves after 30 days', async () => {
    const digest = sampleDigest('kept');
    const given = { bytes: new Uint8Array(randomBytes(1_000)), mediaType };
    await bytes.put(digest, given);
    const got = await bytes.get(digest);
    expect([got?.mediaType, Buffer.from(got?.bytes ?? []).equals(given.bytes)]).toEqual([mediaType, true]);
    const get = new GetCommand({ TableName: 'mirror', Key: bytesKey(digest) });
    expect((await table.dynamo.client.send(get)).Item?.['ttl']).toBe(START / 1000 + 30 * 86_400);
  });

  test(`above ${ROW_MAX_BYTES} are not kept, and at that size they are`, async () => {
    const [most, more] = [sampleDigest('most'), sampleDigest('more')];
    await bytes.put(most, { bytes: new Uint8Array(ROW_MAX_BYTES), mediaType });
    await bytes.put(more, { bytes: new Uint8Array(ROW_MAX_BYTES + 1), mediaType });
    expect((await bytes.get(most))?.bytes.byteLength).toBe(ROW_MAX_BYTES);
    expect(await bytes.get(more)).toBeUndefined();
  });

  test('that were never put are not there', async () => {
    expect(await bytes.get(sampleDigest('never'))).toBeUndefined();
  });
});

describe('findings', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => ({
    id: `CVE-2024-${n}`,
    severity: 'HIGH',
    title: 'ü',
  }));

  test('of one platform come back as they were put, far larger than a row', async () => {
    expect(JSON.stringify(many).length).toBeGreaterThan(200_000);
    await findings.put('M-AAAA', sampleDigest('amd64'), many);
    expect(await findings.get('M-AAAA', sampleDigest('amd64'))).toEqual(many);
    expect(await findings.get('M-AAAA', sampleDigest('arm64'))).toBeUndefined();
    expect(await findings.get('M-BBBB', sampleDigest('amd64'))).toBeUndefined();
  });

  test('too large even when packed are left out, not half kept', async () => {
    const noise = randomBytes(ROW_MAX_BYTES).toString('base64');
    await findings.put('M-CCCC', sampleDigest('amd64'), noise);
    expect(await findings.get('M-CCCC', sampleDigest('amd64'))).toBeUndefined();
  });
});
