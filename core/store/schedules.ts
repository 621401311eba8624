import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { ScheduleRow } from '../schedule/schedule-row.ts';
import { type Dynamo, guarded } from './dynamo.ts';
import { scheduleKey } from './table.ts';
import { newUpdate } from './update.ts';

/** One row a schedule of the configuration. Throws StoreError where the answer is not known. */
export interface ScheduleStore {
  /** Consistent read. */
  get(name: string): Promise<ScheduleRow | undefined>;
  /** On condition of the version read (0 = absent), which it raises; false = somebody was faster. */
  write(name: string, readVersion: number, row: Omit<ScheduleRow, 'version'>): Promise<boolean>;
}

export function scheduleStore(dynamo: Dynamo): ScheduleStore {
  const { client, table } = dynamo;
  return {
    get: async (name) => {
      const get = new GetCommand({ TableName: table, Key: scheduleKey(name), ConsistentRead: true });
      const { Item } = await dynamo.read('get schedule', () => client.send(get));
      return Item === undefined ? undefined : v.parse(row, Item);
    },
    write: (name, readVersion, next) => {
      const change = newUpdate().set(['version'], readVersion + 1);
      if (readVersion === 0) change.absent(['version']);
      else change.condition(['version'], '=', readVersion);
      for (const key of FIELDS) {
        if (next[key] === undefined) change.remove([key]);
        else change.set([key], next[key]);
      }
      return guarded('write schedule', () =>
        client.send(new UpdateCommand({ TableName: table, Key: scheduleKey(name), ...change.build() })),
      );
    },
  };
}

const FIELDS = ['since', 'lastSlot', 'run', 'lastGoodAt', 'againAt', 'alarmedFor'] as const;
const row = v.object({
  version: v.number(),
  since: v.number(),
  lastSlot: v.number(),
  run: v.exactOptional(v.object({ id: v.string(), slot: v.number() })),
  lastGoodAt: v.exactOptional(v.number()),
  againAt: v.exactOptional(v.number()),
  alarmedFor: v.exactOptional(v.number()),
});
