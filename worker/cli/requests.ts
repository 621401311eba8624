import { familiarReference } from '../../core/oci/reference.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type Waiting, waitings } from '../../core/request/waiting.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { StoreError } from '../../core/store/store.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';
import { needConfig, serviceOf } from './service.ts';
import type { ServiceOptions } from './service-line.ts';

/** More open ones than this are not listed; the oldest due come first. */
const LISTED_MAX = 500;
/** Beyond the tick's own longest pause, so that what is stuck is really stuck. */
const PATIENCE_MS = 300_000;

/** `mirror requests`: what is open and what it waits for. 0 = nothing is stuck, 1 = something is. */
export async function requests(io: Io, { options }: { readonly options: ServiceOptions }): Promise<number> {
  const service = serviceOf(io, options);
  const { config } = await needConfig(io, service.file);
  const { table } = service;
  if (table === undefined)
    throw new WrongUsage('mirror requests needs the table: --table NAME or MIRROR_TABLE');
  const region = service.region ?? config.destinations[0]?.region;
  const dynamo = openDynamo(table, region === undefined ? {} : { region });
  const { rungBackoffMaxMs, tickMs } = config.limits.timing;
  const now = io.now();
  const patienceMs = rungBackoffMaxMs + tickMs + PATIENCE_MS;
  let stuck = 0;
  try {
    const store = requestStore(dynamo);
    const ids = await store.findDue(Number.MAX_SAFE_INTEGER, LISTED_MAX);
    for (const id of ids) {
      const item = await store.get(id);
      // Of a newer version: its own processes look after it.
      if (!item) continue;
      const list = waitings(item, { now, patienceMs });
      if (list.some((each) => each.stuck)) stuck += 1;
      io.out(options.json ? `${JSON.stringify(asJson(item, list))}\n` : lines(item, { list, now }));
    }
    if (!options.json)
      io.err(`${ids.length} open, ${stuck} stuck${config.paused ? '; mirroring is paused' : ''}\n`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    io.err(`mirror: the table ${table} does not answer: ${error.message}\n  Look with: npx mirror doctor\n`);
    return 1;
  } finally {
    dynamo.client.destroy();
  }
  return stuck > 0 ? 1 : 0;
}

const asJson = (
  { id, state, requester, schedule, team, createdAt, entries }: RequestItem,
  list: readonly Waiting[],
): object => ({
  id,
  state,
  ...(requester !== undefined && { requester }),
  ...(schedule && { schedule: schedule.name }),
  team,
  createdAt: new Date(createdAt).toISOString(),
  images: Object.values(entries).map(({ source, target }) => ({
    source: familiarReference(source),
    target: `${target.repository}:${target.tag}`,
  })),
  stuck: list.some((each) => each.stuck),
  waitsFor: list,
});

function lines(
  item: RequestItem,
  { list, now }: { readonly list: readonly Waiting[]; readonly now: number },
): string {
  const [first] = Object.values(item.entries);
  const count = Object.keys(item.entries).length;
  const what =
    first && count === 1
      ? `${familiarReference(first.source)} -> ${first.target.repository}`
      : `${count} images`;
  const mark = list.some((each) => each.stuck) ? 'stuck' : 'open';
  const head = `${mark}  ${item.id}  ${what}  asked ${minutes(now - item.createdAt)} ago by ${asker(item)}`;
  const rest = list.map(
    ({ image, stuck, why }) =>
      `  waits for ${why}${count > 1 && image !== undefined ? ` (image ${image})` : ''}${stuck ? ', for too long' : ''}`,
  );
  return `${[head, ...rest].join('\n')}\n`;
}

const asker = ({ requester, schedule }: RequestItem): string => requester ?? `schedule ${schedule?.name}`;

function minutes(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 60_000));
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
}
