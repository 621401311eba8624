import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ITEM_VERSION } from '../../core/request/request.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestKey } from '../../core/store/table.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-ins.ts';
import { type Apart, type Product, startApart } from './apart.ts';
import { onlyImage } from './kill-steps.ts';
import { newerTree } from './newer-tree.ts';
import { repliesOf } from './person.ts';
import { ask, cardOf, eventually, settled, threadOf } from './stage.ts';

let stage: Apart;
/** Each story begins with the process that the one before left over, and leaves another one. */
let running: Product;
beforeAll(async () => {
  stage = await startApart();
  running = await stage.start();
});
afterAll(() => stage.close());

const LINES = [/^Approved by/, /docker pull/, /Scan of/];
async function expectStory(id: string): Promise<void> {
  const lines = repliesOf(await threadOf(stage, id, 'Scan of'));
  expect(lines).toHaveLength(LINES.length);
  for (const [n, line] of LINES.entries()) expect(lines[n]).toMatch(line);
}

/** A request whose copy is kept in the middle of a blob, in the process that runs. */
async function inTheMiddle(name: string): Promise<{ readonly id: string; readonly letGo: () => void }> {
  const comes = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const id = await ask(stage, `/mirror nginx:1.21-alpine base-images/${name}`);
  stage.standIns.ecr.faults.registry.add({
    kind: 'wait',
    release: release.promise,
    match: ({ method = '', url = '' }) => {
      const mine =
        ['PUT', 'PATCH'].includes(method) && url.startsWith(`/v2/base-images/${name}/blobs/uploads/`);
      if (mine) comes.resolve();
      return mine;
    },
  });
  await stage.bob.click(await cardOf(stage, id, 'waiting for'), 'approve');
  await comes.promise;
  return { id, letGo: () => release.resolve() };
}

const writesAbout = ({ doors }: Product, id: string): number =>
  doors.store.passed.filter(
    ({ body, operation }) => ['UpdateItem', 'PutItem'].includes(operation) && body.includes(id),
  ).length;

/** Processes start slowly where others have the processor. */
const PATIENCE_MS = 180_000;

describe('two processes on one table and its queues', () => {
  test(
    'one that stands still for longer than its lease is taken over, and its late word changes nothing',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('still');
      first.kill('SIGSTOP');
      running = await stage.start();
      await expectStory(id);
      const before = await settled(stage, id);
      expect(onlyImage(before)).toMatchObject({ state: 'copied', attempt: 2 });

      const said = writesAbout(first, id);
      first.kill('SIGCONT');
      letGo();
      await eventually(() => (writesAbout(first, id) > said ? true : undefined));
      first.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(await stage.requests.get(id)).toEqual(before);
      await expectStory(id);
    },
    PATIENCE_MS,
  );

  test(
    'SIGTERM in the middle of a copy gives it back: the other one goes on, and no try is counted',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('deployed');
      running = await stage.start();
      first.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      letGo();
      await expectStory(id);
      expect(onlyImage(await settled(stage, id))).toMatchObject({ state: 'copied', attempt: 1 });
    },
    PATIENCE_MS,
  );

  test(
    'an error that nobody caught ends the process with 1, and what it had is given back',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('accident');
      running = await stage.start();
      first.kill('SIGUSR2');
      expect(await first.ended).toBe(1);
      letGo();
      expect(first.log.join('\n')).toContain('an error that nobody caught');
      await expectStory(id);
      expect(onlyImage(await settled(stage, id))).toMatchObject({ state: 'copied', attempt: 1 });
    },
    PATIENCE_MS,
  );

  test(
    'the older one leaves newer requests and messages alone, and the newer one goes on with older ones',
    async () => {
      const older = running;
      const tree = newerTree();
      const dynamo = openDynamo(stage.standIns.table, {
        region: LOCAL_REGION,
        credentials: LOCAL_CREDENTIALS,
        endpoint: stage.standIns.dynamoDbUrl,
      });
      try {
        const kept = await ask(stage, '/mirror nginx:1.21-alpine base-images/older');
        await cardOf(stage, kept, 'waiting for');
        const newer = await stage.start(tree.root);
        // Slack gives each command to another connection: one of two is the newer one's.
        const both = [
          await ask(stage, '/mirror nginx:1.21-alpine base-images/one'),
          await ask(stage, '/mirror nginx:1.21-alpine base-images/other'),
        ];
        const versions = new Map<string, unknown>();
        for (const id of both) {
          const get = new GetCommand({
            TableName: stage.standIns.table,
            Key: requestKey(id),
            ConsistentRead: true,
          });
          versions.set(id, (await dynamo.client.send(get)).Item?.['v']);
        }
        expect([...versions.values()].toSorted()).toEqual([ITEM_VERSION, ITEM_VERSION + 1]);
        for (const id of both) {
          const card = await cardOf(stage, id, 'waiting for');
          // The older one knows nothing of the newer request: whoever asks it is told so, and asks again.
          await stage.bob.click(card, 'approve');
          await stage.bob.click(card, 'approve');
          await expectStory(id);
        }
        const [ours = ''] = both.filter((id) => versions.get(id) === ITEM_VERSION + 1);
        expect(writesAbout(older, ours)).toBe(0);
        const deleted = older.doors.queue.passed.flatMap(({ body, operation }) => {
          const receipt = /"ReceiptHandle":"([^"]+)"/.exec(body)?.[1];
          return operation === 'DeleteMessage' && receipt ? [older.requestOf(receipt)] : [];
        });
        expect(deleted).toContain(kept);
        expect(deleted).not.toContain(ours);

        older.kill('SIGTERM');
        expect(await older.ended).toBe(0);
        await stage.bob.click(await cardOf(stage, kept, 'waiting for'), 'approve');
        await expectStory(kept);
        expect(writesAbout(newer, kept)).toBeGreaterThan(0);
        expect(await settled(stage, kept)).toMatchObject({ v: ITEM_VERSION, state: 'finished' });
      } finally {
        dynamo.client.destroy();
        tree.remove();
      }
    },
    PATIENCE_MS,
  );
});
