import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type RequestItem, SCAN } from '../request/request.ts';
import { type Dynamo, guarded } from './dynamo.ts';
import { parseItem } from './parse-item.ts';
import type { RequestStore } from './store.ts';
import {
  OPEN_BUCKETS,
  openBucket,
  requesterKey,
  requestIdOf,
  requestKey,
  scheduleAsker,
  TABLE,
} from './table.ts';
import { newUpdate, type Update } from './update.ts';

/** Requests in DynamoDB. Every expression over a request's item is made here. */
export function requestStore(dynamo: Dynamo): RequestStore {
  const { client, table } = dynamo;
  const update = (id: string, change: Update, operation: string) =>
    guarded(operation, () =>
      client.send(new UpdateCommand({ TableName: table, Key: requestKey(id), ...change.build() })),
    );
  return {
    put: (item) =>
      guarded('put request', () =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: {
              ...requestKey(item.id),
              ...item,
              requesterKey: requesterKey(item.workspace, askerKey(item)),
              ...(item.dueAt !== undefined && { [TABLE.indexes.open.partitionKey]: openBucket(item.id) }),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),

    get: async (id) => {
      const get = new GetCommand({ TableName: table, Key: requestKey(id), ConsistentRead: true });
      const { Item } = await dynamo.read('get request', () => client.send(get));
      return parseItem(Item);
    },

    write: (read, next) => {
      const change = newUpdate().condition(['version'], '=', read.version).set(['version'], next.version);
      setChanged(change, read, next);
      return update(read.id, change, 'write request');
    },

    heartbeat: (beat) => {
      const change = newUpdate()
        .condition(['work', beat.key, 'owner'], '=', beat.owner)
        .condition(['work', beat.key, 'fence'], '=', beat.fence)
        .set(['work', beat.key, 'until'], beat.until);
      if (beat.progress) change.set(['work', beat.key, 'progress'], beat.progress);
      return update(beat.id, change, 'heartbeat');
    },

    takeLook: (read, look) => {
      const lease = read.work[SCAN];
      const change = newUpdate().condition(['version'], '=', read.version);
      if (lease) change.condition(['work', SCAN, 'fence'], '=', lease.fence);
      else change.absent(['work', SCAN]);
      change.set(['work', SCAN], { ...look, fence: (lease?.fence ?? 0) + 1 });
      return update(read.id, change, 'take look');
    },

    writeNotifier: (read, next) => {
      const change = newUpdate().condition(['notifier', 'rev'], '=', read.notifier.rev);
      change.set(['notifier'], { ...next, rev: read.notifier.rev + 1 });
      return update(read.id, change, 'write notifier');
    },

    park: (read, due) => {
      const change = newUpdate()
        .condition(['version'], '=', read.version)
        .condition(['notifier', 'rev'], '=', read.notifier.rev);
      setDue(change, read.id, due.dueAt);
      if (due.rung) change.set(['rung'], due.rung);
      if (due.notifier) change.set(['notifier'], { ...due.notifier, rev: read.notifier.rev + 1 });
      return update(read.id, change, 'park');
    },

    findDue: async (now, limit) => {
      const { name, partitionKey, sortKey } = TABLE.indexes.open;
      const pages = await Promise.all(
        OPEN_BUCKETS.map((bucket) =>
          dynamo.read('find due', () =>
            client.send(
              new QueryCommand({
                TableName: table,
                IndexName: name,
                KeyConditionExpression: '#open = :bucket AND #due <= :now',
                ExpressionAttributeNames: { '#open': partitionKey, '#due': sortKey },
                ExpressionAttributeValues: { ':bucket': bucket, ':now': now },
                Limit: limit,
              }),
            ),
          ),
        ),
      );
      const found = pages.flatMap(({ Items }) => Items ?? []);
      const byDue = found.sort((a, b) => Number(a['dueAt']) - Number(b['dueAt']));
      return byDue.slice(0, limit).map((row) => requestIdOf(String(row['pk'])));
    },
  };
}

const askerKey = ({ requester, schedule }: RequestItem): string =>
  requester ?? scheduleAsker(schedule?.name ?? '');

/** Only what changed: each changed image and lease whole, the top level, and the new events at the end. */
function setChanged(change: Update, read: RequestItem, next: RequestItem): void {
  change.set(['state'], next.state).set(['lastAt'], next.lastAt);
  for (const [id, image] of Object.entries(next.images)) {
    if (image !== read.images[id]) change.set(['images', id], image);
  }
  for (const [key, lease] of Object.entries(next.work)) {
    const before = read.work[key];
    if (lease === before) continue;
    // The lease's own heartbeats leave the version alone, so the version does not tell of them.
    if (before) change.condition(['work', key, 'fence'], '=', before.fence);
    else change.absent(['work', key]);
    if (before && lease.fence !== before.fence) change.condition(['work', key, 'until'], '=', before.until);
    change.set(['work', key], lease);
  }
  if (next.watchers !== read.watchers) change.set(['watchers'], next.watchers);
  if (next.entries !== read.entries) change.set(['entries'], next.entries);
  if (next.schedule !== read.schedule) change.set(['schedule'], next.schedule);
  const added = next.events.slice(read.events.length);
  if (added.length > 0) change.append(['events'], added);
  setDue(change, read.id, next.dueAt);
}

/** The index holds a request exactly while it has a dueAt. */
function setDue(change: Update, id: string, dueAt: number | undefined): void {
  const { partitionKey, sortKey } = TABLE.indexes.open;
  if (dueAt === undefined) change.remove([sortKey]).remove([partitionKey]);
  else change.set([sortKey], dueAt).set([partitionKey], openBucket(id));
}
