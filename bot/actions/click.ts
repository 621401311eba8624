import type {
  AllMiddlewareArgs,
  BlockAction,
  BlockButtonAction,
  SlackActionMiddlewareArgs,
} from '@slack/bolt';
import { nextDelivery } from '../../core/request/deliveries.ts';
import { parseRequestId } from '../../core/request/id.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import { type ClickRefusal, renderClickRefusal } from '../messages/clicks.ts';
import { isDirect } from '../notifier/place.ts';
import { type Sender, senderOf } from '../sender.ts';
import { type Answering, respondPrivately } from '../slack/respond-privately.ts';

export type ButtonArgs = SlackActionMiddlewareArgs<BlockButtonAction> & AllMiddlewareArgs;

/** A button, or a choice of a menu: what was clicked in which message, by whom. */
export interface Clicked {
  readonly body: Pick<BlockAction, 'user' | 'team' | 'message' | 'channel'>;
  /** Its value is the request's id. */
  readonly action: { readonly value?: string | undefined };
}

export interface ReadClick extends Sender {
  readonly kind: 'click';
  readonly item: RequestItem;
}

/**
 * The request a button belongs to. The button carries only the id; it must be clicked on the request's own card or in
 * its thread, so that a forged value leads nowhere.
 */
export async function readClick(deps: BotDeps, { action, body }: Clicked): Promise<ReadClick | ClickRefusal> {
  const read = await readRequest(deps, action.value ?? '');
  if ('kind' in read) return read;
  const sender = senderOf({ body });
  const ts = body.message?.ts;
  const thread: unknown = body.message?.['thread_ts'] ?? ts;
  const place = { channel: body.channel?.id, ts, thread, user: sender.user };
  if (!isOwnPlace(read.item, place)) return { kind: 'unknown request' };
  return { kind: 'click', item: read.item, ...sender };
}

/** A request by what a button or dialog carries. A store that does not answer is told as that, and changes nothing. */
export async function readRequest(
  deps: BotDeps,
  value: string,
): Promise<{ readonly item: RequestItem } | ClickRefusal> {
  const id = parseRequestId(value);
  if (id === undefined) return { kind: 'unknown request' };
  const unread = { kind: 'not read' } as const;
  try {
    const get = async () => {
      const item = await deps.requests.get(id);
      return item ? { item } : ({ kind: 'unknown request' } as const);
    };
    return await inTime<Awaited<ReturnType<typeof get>> | typeof unread>(get(), READ_BUDGET_MS, unread);
  } catch (error) {
    deps.log('error', 'a click could not be answered: the request was not read', { requestId: id, error });
    return unread;
  }
}

const READ_BUDGET_MS = CLICK_BUDGET_MS / 2;

interface ClickPlace {
  readonly channel: string | undefined;
  readonly ts: string | undefined;
  readonly thread: unknown;
  readonly user: string;
}

function isOwnPlace(item: RequestItem, { channel, ts, thread, user }: ClickPlace): boolean {
  if (channel === undefined || ts === undefined) return false;
  // A line whose thread is gone went to the requester alone, with its Retry button.
  if (isDirect(channel) && user === item.requester) return true;
  const { card, tried } = item.notifier;
  if (card) return channel === card.channel && (ts === card.ts || thread === card.ts);
  // The card is there before it is known to be: its post was answered, and nobody lived to write that down.
  const next = nextDelivery(item);
  return next?.delivery.kind === 'card' && tried?.key === next.key && tried.channel === channel;
}

/** Slack gets its answer in time, whatever becomes of the work; what nobody knows is told as that. */
export async function decided(
  deps: BotDeps,
  work: Promise<ClickRefusal | undefined>,
): Promise<ClickRefusal | undefined> {
  const unsure = { kind: 'unsure' } as const;
  try {
    return await inTime<ClickRefusal | undefined>(work, CLICK_BUDGET_MS, unsure);
  } catch (error) {
    deps.log('error', 'a decision may not have been recorded', { error });
    return unsure;
  }
}

/** Tells only the one who clicked. */
export async function whisper(args: Answering, refusal: ClickRefusal): Promise<void> {
  await respondPrivately(args, renderClickRefusal(refusal));
}
