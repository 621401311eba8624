import type { RequestItem } from '../../core/request/request.ts';
import { isLookDue } from '../../core/request/scheduling.ts';
import { nextSlot } from '../../core/schedule/cron.ts';
import type { ScheduleRow } from '../../core/schedule/schedule-row.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { openStore } from '../../core/store/open-store.ts';
import type { Store } from '../../core/store/store.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-ins.ts';
import type { Local } from '../../local/start.ts';
import { eventually, itemOf, type Stage } from './stage.ts';

/** Mondays at two, by a clock that a test moves on. */
export const WEEKLY = { cron: '0 2 * * 1', timeZone: 'UTC' } as const;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface Weeks {
  readonly store: Store;
  now(): Promise<number>;
  advance(ms: number): Promise<void>;
  /** It is the next Monday, two o'clock; resolves with the schedule's run once it has looked. */
  monday(name?: string): Promise<RequestItem>;
  row(name?: string): Promise<ScheduleRow>;
  close(): void;
}

/** Waits until the tick has seen the schedules: slots count from then on. */
export async function openWeeks(stage: Stage): Promise<Weeks> {
  const { store, close } = storeOf(stage.local);
  const clock = async (advanceMs: number): Promise<number> => {
    const answer = await fetch(`${stage.slack.url}_local/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceMs }),
    });
    const { now } = (await answer.json()) as { now: number };
    return now;
  };
  const now = () => clock(0);
  const row = (name = 'weekly') => eventually(() => store.schedules.get(name));
  await row();
  return {
    store,
    now,
    row,
    advance: async (ms) => {
      await clock(ms);
    },
    monday: async (name = 'weekly') => {
      const slot = nextSlot(WEEKLY, await now()) ?? 0;
      await clock(slot - (await now()) + 1);
      return runOf(stage, store, { name, slot });
    },
    close,
  };
}

/** The table of what runs here, read from outside. */
export function storeOf({ clock, dynamoDbUrl, table }: Pick<Local, 'clock' | 'dynamoDbUrl' | 'table'>) {
  const dynamo = openDynamo(table, {
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: dynamoDbUrl,
  });
  return { store: openStore(dynamo, clock.now), close: () => dynamo.client.destroy() };
}

/** The run of a slot, once it has looked. */
export const runOf = (
  stage: Stage,
  store: Store,
  { name, slot }: { readonly name: string; readonly slot: number },
): Promise<RequestItem> =>
  eventually(async () => {
    const row = await store.schedules.get(name);
    if (row?.run?.slot !== slot) return undefined;
    const item = await itemOf(stage, row.run.id);
    return isLookDue(item) ? undefined : item;
  });
