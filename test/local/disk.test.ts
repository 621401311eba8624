import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { ensureTable, mendIndexes, startDynamoDb } from '../../local/dynamodb.ts';
import { sampleRequest } from '../core/request/sample-request.ts';

const folders: string[] = [];
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-disk-'));
  folders.push(folder);
  return folder;
};
const AWS = { region: 'eu-central-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } };
const idOf = (n: number): string => `M-${String(n).padStart(4, '0')}`;

async function withRequests<T>(
  path: string,
  use: (requests: ReturnType<typeof requestStore>) => Promise<T>,
): Promise<T> {
  const server = await startDynamoDb({ path, port: 0 });
  const client = new DynamoDBClient({ ...AWS, endpoint: server.endpoint });
  const dynamo = openDynamo('mirror', { ...AWS, endpoint: server.endpoint });
  try {
    await ensureTable(client, 'mirror');
    await mendIndexes(client, 'mirror');
    return await use(requestStore(dynamo));
  } finally {
    client.destroy();
    dynamo.client.destroy();
    await server.close();
  }
}

describe('a log of the database that a power cut tore', () => {
  test('opens at its last good record, wherever it was torn, and goes on from there', async () => {
    const whole = newFolder();
    const count = 6;
    await withRequests(whole, async (requests) => {
      for (let n = 0; n < count; n += 1) await requests.put({ ...sampleRequest(), id: idOf(n) });
    });
    const [log = ''] = readdirSync(whole).filter((name) => name.endsWith('.log'));
    const { size } = statSync(join(whole, log));
    const kept: number[] = [];
    for (let cut = 0; cut <= 12; cut += 1) {
      const torn = newFolder();
      cpSync(whole, torn, { recursive: true });
      truncateSync(join(torn, log), Math.floor((size * cut) / 12));
      const lookAt = async (): Promise<number> =>
        withRequests(torn, async (requests) => {
          const found = await Promise.all(
            Array.from({ length: count }, async (_, n) => (await requests.get(idOf(n))) !== undefined),
          );
          const there = found.filter(Boolean).length;
          // What was written first is there first: never one with a hole before it.
          expect(found).toEqual(found.map((_, n) => n < there));
          expect(await requests.put({ ...sampleRequest(), id: 'M-NEXT' })).toBe(true);
          return there;
        });
      // Torn while the table itself was being made there is nothing to go on with, and it says so.
      kept.push(
        await lookAt().catch((error: Error) => {
          expect(error.message).toBe('table mirror does not become active');
          return 0;
        }),
      );
    }
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(count);
  });

  test('that cannot be opened at all is told in one line, and nothing is started', async () => {
    const data = newFolder();
    const first = await start(data);
    first.kill('SIGKILL');
    await ended(first);
    truncateSync(join(data, 'dynamodb', 'CURRENT'), 3);
    const child = spawn(process.execPath, ['local/run.js', '--json', '--port', '0', '--data', data]);
    running.add(child);
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    expect(await ended(child)).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(join(data, 'dynamodb'));
  });
});

/** A file of more than so many KB cannot be written: what a full disk is to the database, without one. */
const FULL_KB = 100;

describe('a disk that is full', () => {
  test('refuses what is new; what was acknowledged is there once there is room', async () => {
    const folder = newFolder();
    const limited = `trap '' XFSZ; ulimit -f ${FULL_KB}; exec "$0" "$@"`;
    const child = spawn('bash', ['-c', limited, process.execPath, 'test/local/full-database.ts', folder], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.add(child);
    const endpoint = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout }).once('line', resolve),
    );
    const client = new DynamoDBClient({ ...AWS, endpoint });
    await ensureTable(client, 'mirror');
    client.destroy();
    const dynamo = openDynamo('mirror', { ...AWS, endpoint, maxAttempts: 1 });
    const requests = requestStore(dynamo);
    let stored = 0;
    let refusal: unknown;
    while (refusal === undefined && stored < 1_000) {
      await requests.put({ ...sampleRequest(), id: idOf(stored) }).then(
        () => (stored += 1),
        (error: unknown) => (refusal = error),
      );
    }
    // Nobody is told that it was stored: the bot says "not sure", a worker comes again.
    expect(refusal).toMatchObject({ code: 'store' });
    expect(stored).toBeGreaterThan(0);
    dynamo.client.destroy();
    child.kill('SIGKILL');
    await ended(child);

    await withRequests(folder, async (again) => {
      for (let n = 0; n < stored; n += 1) expect(await again.get(idOf(n))).toBeDefined();
      expect(await again.put({ ...sampleRequest(), id: 'M-NEXT' })).toBe(true);
    });
  });
});

async function start(data: string): Promise<ChildProcess> {
  const run = ['local/run.js', '--json', '--port', '0', '--data', data];
  const child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'ignore'] });
  running.add(child);
  for await (const _ready of createInterface({ input: child.stdout })) return child;
  throw new Error('npm run local ended before it was ready');
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
