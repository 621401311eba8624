import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ITEM_VERSION } from '../../core/request/request.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestKey } from '../../core/store/table.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-ins.ts';
import { type Apart, startApart } from '../integration/apart.ts';
import { newerTree } from '../integration/newer-tree.ts';
import { approve, ask, cardOf, settled } from '../integration/stage.ts';
import { expectStory, writesAbout } from '../integration/stories.ts';

let stage: Apart;
beforeAll(async () => {
  stage = await startApart();
});
afterAll(() => stage.close());

/** How long it takes is a matter of who gets a doorbell: the older process leaves a newer one for a while. */
describe('two versions on one table and its queues', () => {
  test('the older one leaves newer requests and messages alone, and the newer one goes on with older ones', async () => {
    const older = await stage.start();
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
      const raw = async (id: string): Promise<Record<string, unknown>> => {
        const { table: TableName } = stage.standIns;
        const get = new GetCommand({ TableName, Key: requestKey(id), ConsistentRead: true });
        return (await dynamo.client.send(get)).Item ?? {};
      };
      for (const id of both) versions.set(id, (await raw(id))['v']);
      expect([...versions.values()].toSorted()).toEqual([ITEM_VERSION, ITEM_VERSION + 1]);
      for (const id of both) {
        const card = await cardOf(stage, id, 'waiting for');
        // The older one knows nothing of the newer request: whoever asks it is told so, and asks again.
        const isApproved = async () => JSON.stringify(await raw(id)).includes('"approved"');
        while (!(await isApproved())) await stage.bob.click(card, 'approve');
        await expectStory(stage, id);
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
      await approve(stage, kept);
      await expectStory(stage, kept);
      expect(writesAbout(newer, kept)).toBeGreaterThan(0);
      expect(await settled(stage, kept)).toMatchObject({ v: ITEM_VERSION, state: 'finished' });
    } finally {
      dynamo.client.destroy();
      tree.remove();
    }
  }, 600_000);
});
