import { BatchGetCommand, type BatchGetCommandOutput, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Digest } from '../oci/digest.ts';
import { parseRequestId } from '../request/id.ts';
import type { RequestItem } from '../request/request.ts';
import type { Dynamo } from './dynamo.ts';
import { parseItem } from './parse-item.ts';
import { digest, readTarget, TAG_PREFIX, targetRowOf } from './rows.ts';
import { StoreError, type TargetRow } from './store.ts';
import {
  OPEN_BUCKETS,
  type Repository,
  requesterKey,
  requestIdOf,
  requestKey,
  TABLE,
  targetKey,
  targetPartition,
} from './table.ts';

/**
 * What people look for, at a cost that does not grow with the table. Indexes only tell which requests there may be; each
 * one is then read consistently, so that nobody is shown a state that is over. Throws StoreError where the answer is not known.
 */
export interface Finder {
  /** A person's requests, newest first. `after` is a cursor of the page before; one that is no cursor begins anew. */
  ofRequester(asked: {
    readonly workspace: string;
    readonly user: string;
    /** 1 to 100. */
    readonly limit: number;
    readonly after?: string;
  }): Promise<{ readonly items: readonly RequestItem[]; readonly next?: string }>;
  /** Requests that somebody has to look at, soonest first; at most OPEN_MAX of all workspaces are read. */
  open(workspace: string): Promise<{ readonly items: readonly RequestItem[]; readonly more: boolean }>;
  /** These requests, in this order; without those that are not there or cannot be read here. At most 100 ids. */
  get(ids: readonly string[]): Promise<readonly RequestItem[]>;
  /** What came into a repository, newest first; with a tag only what stood under that. */
  history(asked: Repository & { readonly tag?: string }): Promise<{
    readonly rows: readonly HistoryRow[];
    /** There is more than was read: HISTORY_MAX rows, which of a whole repository need not be the newest. */
    readonly more: boolean;
  }>;
  /** What stands in a repository by our own doing, and who is about to write it; by tag. */
  standing(asked: Repository & { readonly tag?: string }): Promise<{
    readonly rows: readonly StandingRow[];
    readonly more: boolean;
  }>;
}

export interface HistoryRow {
  readonly tag: string;
  readonly sourceDigest: Digest;
  readonly targetDigest: Digest;
  readonly request: string;
  /** Epoch ms. */
  readonly copiedAt: number;
}
export interface StandingRow extends TargetRow {
  readonly tag: string;
}

/** Read of one look at what is open: 4 KB a request of one image, so about 400 KB. */
export const OPEN_MAX = 100;
export const HISTORY_MAX = 1_000;
const STANDING_MAX = 300;
/** BatchGetItem takes at most 100 keys (API reference). */
const BATCH_MAX = 100;
/** BatchGetItem may leave keys unread when it is throttled or the answer passes 16 MB. */
const BATCH_ROUNDS = 8;

export function finder(dynamo: Dynamo): Finder {
  const get = (ids: readonly string[]) => readItems(dynamo, ids.slice(0, BATCH_MAX));
  return {
    get,
    ofRequester: async ({ workspace, user, limit, after }) => {
      const { name, partitionKey, sortKey } = TABLE.indexes.requester;
      const key = requesterKey(workspace, user);
      const from = after === undefined ? undefined : readCursor(after);
      const page = await query(dynamo, 'find requests of a person', {
        IndexName: name,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': partitionKey },
        ExpressionAttributeValues: { ':key': key },
        ScanIndexForward: false,
        Limit: limit,
        ...(from && {
          ExclusiveStartKey: { ...requestKey(from.id), [partitionKey]: key, [sortKey]: from.createdAt },
        }),
      });
      const items = await get(page.rows.map((row) => requestIdOf(String(row['pk']))));
      const last = page.rows.at(-1);
      const next =
        page.more && last ? `${Number(last[sortKey])}/${requestIdOf(String(last['pk']))}` : undefined;
      return { items, ...(next !== undefined && { next }) };
    },

    open: async (workspace) => {
      const { name, partitionKey, sortKey } = TABLE.indexes.open;
      const pages = await Promise.all(
        OPEN_BUCKETS.map((bucket) =>
          query(dynamo, 'find open requests', {
            IndexName: name,
            KeyConditionExpression: '#open = :bucket',
            ExpressionAttributeNames: { '#open': partitionKey },
            ExpressionAttributeValues: { ':bucket': bucket },
            Limit: OPEN_MAX,
          }),
        ),
      );
      const rows = pages.flatMap((page) => page.rows);
      const soonest = rows.toSorted((a, b) => Number(a[sortKey]) - Number(b[sortKey]));
      const items = await get(soonest.slice(0, OPEN_MAX).map((row) => requestIdOf(String(row['pk']))));
      return {
        items: items.filter((item) => item.workspace === workspace),
        more: rows.length > OPEN_MAX || pages.some(({ more }) => more),
      };
    },

    history: async ({ tag, ...repository }) => {
      const prefix = tag === undefined ? 'HISTORY#' : `HISTORY#${tag}#`;
      const found = await rowsOf(dynamo, { repository, prefix, max: HISTORY_MAX });
      const rows = found.rows.flatMap((row) => historyRowOf(row) ?? []);
      return { rows: rows.toSorted((a, b) => b.copiedAt - a.copiedAt), more: found.more };
    },

    standing: async ({ tag, ...repository }) => {
      if (tag !== undefined) {
        const row = await readTarget(dynamo, targetKey({ ...repository, tag }));
        return { rows: row ? [{ ...row, tag }] : [], more: false };
      }
      const found = await rowsOf(dynamo, { repository, prefix: TAG_PREFIX, max: STANDING_MAX });
      const rows = found.rows.map((row) => ({
        ...targetRowOf(row),
        tag: String(row['sk']).slice(TAG_PREFIX.length),
      }));
      return { rows, more: found.more };
    },
  };
}

type Row = Readonly<Record<string, unknown>>;
type QueryInput = Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>;

/** One page, never more. */
async function query(
  { client, table, read }: Dynamo,
  operation: string,
  input: QueryInput,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  const page = await read(operation, () => client.send(new QueryCommand({ TableName: table, ...input })));
  return { rows: page.Items ?? [], more: page.LastEvaluatedKey !== undefined };
}

/** Rows of a repository, the last in the order of their keys first; DynamoDB ends a page at 1 MB, which is more than `max`. */
function rowsOf(
  dynamo: Dynamo,
  asked: { readonly repository: Repository; readonly prefix: string; readonly max: number },
): ReturnType<typeof query> {
  return query(dynamo, 'read a repository', {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
    ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#sk': TABLE.sortKey },
    ExpressionAttributeValues: { ':pk': targetPartition(asked.repository), ':prefix': asked.prefix },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: asked.max,
  });
}

async function readItems(
  { client, table, read }: Dynamo,
  ids: readonly string[],
): Promise<readonly RequestItem[]> {
  const found = new Map<string, RequestItem>();
  let Keys = [...new Set(ids)].map((id): Record<string, unknown> => ({ ...requestKey(id) }));
  for (let round = 0; Keys.length > 0; round += 1) {
    if (round === BATCH_ROUNDS) throw new StoreError('get requests', new Error('keys stay unread'));
    const get = new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const answer: BatchGetCommandOutput = await read('get requests', () => client.send(get));
    for (const row of answer.Responses?.[table] ?? []) {
      const item = readable(row);
      if (item) found.set(item.id, item);
    }
    Keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** In a list a broken item is left out: whoever asks for it by its id is told. */
function readable(row: unknown): RequestItem | undefined {
  try {
    return parseItem(row);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function readCursor(text: string): { readonly id: string; readonly createdAt: number } | undefined {
  const [at = '', id = ''] = text.split('/');
  const known = parseRequestId(id);
  return /^\d{1,15}$/.test(at) && known !== undefined ? { id: known, createdAt: Number(at) } : undefined;
}

const historyRow = v.object({
  sourceDigest: digest,
  targetDigest: digest,
  request: v.string(),
  copiedAt: v.number(),
});

function historyRowOf(row: Row): HistoryRow | undefined {
  const [, tag = ''] = String(row['sk']).split('#');
  const parsed = v.safeParse(historyRow, row);
  return parsed.success ? { tag, ...parsed.output } : undefined;
}
