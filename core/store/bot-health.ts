import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { BotCheck } from '../health/bot-check.ts';
import type { Dynamo } from './dynamo.ts';
import { botHealthKey } from './table.ts';

/** The one row through which the bot, which has the Slack token, tells `mirror doctor`, which has none. */
export interface BotHealthStore {
  put(check: BotCheck): Promise<void>;
  /** Undefined: no bot ever looked, or one of a newer version whose row cannot be read here. */
  get(): Promise<BotCheck | undefined>;
}

export function botHealthStore({ client, table, read }: Dynamo): BotHealthStore {
  return {
    put: async (check) => {
      const Item = { ...botHealthKey, v: VERSION, check };
      await read('put bot health', () => client.send(new PutCommand({ TableName: table, Item })));
    },
    get: async () => {
      const get = new GetCommand({ TableName: table, Key: botHealthKey });
      const { Item } = await read('get bot health', () => client.send(get));
      const parsed = v.safeParse(row, Item);
      return parsed.success ? parsed.output.check : undefined;
    },
  };
}

/** The workspace that the bot is in, read until it is known; it never changes. */
export function workspaceOf(health: Pick<BotHealthStore, 'get'>): () => Promise<string | undefined> {
  let known: string | undefined;
  return async () => {
    known ??= (await health.get())?.workspace;
    return known;
  };
}

const VERSION = 1;
const texts = v.array(v.string());
const why = v.exactOptional(v.string());
const row = v.object({
  v: v.literal(VERSION),
  check: v.object({
    at: v.number(),
    workspace: v.exactOptional(v.string()),
    lockedOut: v.exactOptional(v.string()),
    scopes: v.object({ granted: texts, missing: texts }),
    channels: v.array(
      v.object({
        id: v.string(),
        name: v.exactOptional(v.string()),
        of: v.string(),
        standing: v.picklist(['member', 'can join', 'not a member', 'archived', 'not found', 'unknown']),
        why,
      }),
    ),
    groups: v.array(v.object({ id: v.string(), of: v.string(), members: v.exactOptional(v.number()), why })),
    people: v.array(
      v.object({
        id: v.string(),
        of: v.string(),
        standing: v.picklist(['full', 'not full', 'unknown']),
        why,
      }),
    ),
  }),
});
