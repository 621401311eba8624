import type { NextDelivery } from '../../core/request/deliveries.ts';
import type { RequestItem, Tried } from '../../core/request/request.ts';
import type { Slack } from '../slack/client.ts';
import { isWrongPlace, type SlackAnswer } from '../slack/errors.ts';

/** A channel, a thread in it, or one person's eyes in it. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
  /** Only this person sees it; such a message cannot be found again. */
  readonly whisperTo?: string;
}

/**
 * The card goes to the command's channel if the bot is or can become a member, else to the configured one; replies go
 * to the card's thread. A private answer is shown in the channel; in doubt, or where the bot is no member, it becomes a
 * direct message, which can be found again.
 */
export function placer(slack: Slack, defaultChannel: string) {
  return async (
    item: RequestItem,
    next: NextDelivery,
    doubted: Tried | undefined,
  ): Promise<SlackAnswer<Place>> => {
    const { card } = item.notifier;
    switch (next.delivery.kind) {
      case 'reply':
        return card
          ? { kind: 'ok', value: { channel: card.channel, threadTs: card.ts } }
          : { kind: 'refused', code: 'no_card' };
      case 'card':
        if (doubted) return { kind: 'ok', value: { channel: doubted.channel } };
        return firstEnterable(slack, [item.channel, defaultChannel]);
      case 'private': {
        const { to } = next.delivery;
        if (!doubted && (await slack.enter(item.channel)).kind === 'ok') {
          return { kind: 'ok', value: { channel: item.channel, whisperTo: to } };
        }
        const dm = await slack.openDm(to);
        return dm.kind === 'ok' ? { kind: 'ok', value: { channel: dm.value } } : dm;
      }
      default:
        return next.delivery satisfies never;
    }
  };
}

async function firstEnterable(slack: Slack, channels: readonly string[]): Promise<SlackAnswer<Place>> {
  let last: SlackAnswer<Place> = { kind: 'refused', code: 'no_channel' };
  for (const channel of new Set(channels)) {
    const answer = await slack.enter(channel);
    if (answer.kind === 'ok') return { kind: 'ok', value: { channel } };
    last = answer;
    if (answer.kind !== 'refused' || !isWrongPlace(answer.code)) return answer;
  }
  return last;
}
