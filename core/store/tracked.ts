import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { isBelow, parseEcrRepositoryName } from '../oci/ecr-repository-name.ts';
import { formatReference, parseReference, type Reference } from '../oci/reference.ts';
import type { Target } from '../request/image.ts';
import { type Dynamo, guarded } from './dynamo.ts';
import { TABLE, trackedKey, trackedPartition } from './table.ts';
import { newUpdate } from './update.ts';

/** An image that schedules look at: what was asked for by its tag, until somebody says otherwise. */
export interface Tracked {
  /** By tag, never by digest. */
  readonly source: Reference;
  readonly target: Target;
  readonly platforms?: readonly string[];
  readonly since: number;
  /** Who said so last: a member, or how it came to be (`adopt`). */
  readonly by?: string;
  /** Somebody does not want it looked at any more: it stays so, however often it is asked for. */
  readonly off?: boolean;
  /** What was said of its source, each once: `gone`, `deprecated`. */
  readonly told?: readonly string[];
}

export interface TrackedPlace extends Pick<Target, 'account' | 'region' | 'tag'> {
  readonly repository: string;
}

export interface TrackedStore {
  get(target: TrackedPlace): Promise<Tracked | undefined>;
  /** Where nothing is said of it yet; false = something was, and stands. */
  begin(tracked: Tracked): Promise<boolean>;
  /** What somebody says now, whatever was said before. */
  put(tracked: Tracked): Promise<void>;
  /** Remembers what was told of its source; nothing where it is not tracked. */
  setTold(target: TrackedPlace, told: readonly string[]): Promise<void>;
  /** Everything below a prefix of repositories (`base-images`), by name; what is off too. */
  list(place: Pick<Target, 'account' | 'region'>, prefix: string): Promise<readonly Tracked[]>;
}

/** A row has about 300 bytes: a page of DynamoDB's 1 MB holds some three thousand. */
const PAGES_MAX = 20;

export function trackedStore(dynamo: Dynamo): TrackedStore {
  const { client, read, table } = dynamo;
  return {
    get: async (target) => {
      const get = new GetCommand({ TableName: table, Key: trackedKey(target), ConsistentRead: true });
      const { Item } = await read('get tracked', () => client.send(get));
      return Item === undefined ? undefined : trackedOf(Item);
    },
    begin: (tracked) =>
      guarded('begin tracking', () =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: rowOf(tracked),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),
    put: async (tracked) => {
      await read('put tracked', () =>
        client.send(new PutCommand({ TableName: table, Item: rowOf(tracked) })),
      );
    },
    setTold: async (target, told) => {
      const change = newUpdate().exists(['source']).set(['told'], told);
      await guarded('note what was told', () =>
        client.send(new UpdateCommand({ TableName: table, Key: trackedKey(target), ...change.build() })),
      );
    },
    list: async (place, prefix) => {
      const bare = prefix.replace(/\/+$/, '');
      const found: Tracked[] = [];
      let from: Record<string, unknown> | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#sk': TABLE.sortKey },
          ExpressionAttributeValues: { ':pk': trackedPartition(place), ':prefix': bare },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await read('list tracked', () => client.send(query));
        found.push(...Items.flatMap((item) => trackedOf(item) ?? []));
        from = LastEvaluatedKey;
        if (!from) break;
      }
      // `base-images` is a prefix of `base-images-old` as text, and not as a path.
      return found.filter(({ target: { repository } }) => isBelow(repository, bare));
    },
  };
}

function rowOf({ source, target, ...rest }: Tracked): Record<string, unknown> {
  return { ...trackedKey(target), ...rest, source: formatReference(source), target };
}

const row = v.object({
  source: v.string(),
  target: v.object({
    destination: v.string(),
    account: v.string(),
    region: v.string(),
    repository: v.string(),
    tag: v.string(),
  }),
  platforms: v.exactOptional(v.array(v.string())),
  since: v.number(),
  by: v.exactOptional(v.string()),
  off: v.exactOptional(v.boolean()),
  told: v.exactOptional(v.array(v.string())),
});

/** A row of a newer version that cannot be read here is nothing to look at. */
function trackedOf(item: unknown): Tracked | undefined {
  const parsed = v.safeParse(row, item);
  if (!parsed.success) return undefined;
  const { source, target, ...rest } = parsed.output;
  const reference = parseReference(source);
  const repository = parseEcrRepositoryName(target.repository);
  if (!reference.ok || !repository.ok) return undefined;
  return { ...rest, source: reference.reference, target: { ...target, repository: repository.name } };
}
