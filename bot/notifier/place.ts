import type { Delivery } from '../../core/request/deliveries.ts';
import type { Tried } from '../../core/request/notifier-state.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Slack } from '../slack/client.ts';
import type { SlackAnswer } from '../slack/errors.ts';

/** A channel, a thread in it, or one person's eyes in it. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
  /** Only this person sees it; such a message cannot be found again. */
  readonly whisperTo?: string;
  /** No channel takes the card: here the requester is told so instead. */
  readonly insteadOfCard?: true;
}
export type FindPlace = () => Promise<SlackAnswer<Place>>;

const at = (place: Place): FindPlace => {
  return async () => ({ kind: 'ok', value: place });
};

/**
 * Where a delivery can be said, best first; the next one counts only where Slack definitely refused the one before.
 * The card goes to the command's channel if the bot is or can become a member, else to the configured one; replies go to
 * the card's thread; a private answer is shown in the channel. What has no such place goes to the requester directly.
 * After doubt the first place is where the line was tried (a whisper, which cannot be found again: the direct message).
 */
export function placer(slack: Slack, defaultChannel: string, opsChannel = defaultChannel) {
  const enter =
    (channel: string, more: Pick<Place, 'whisperTo'> = {}): FindPlace =>
    async () => {
      const entered = await slack.enter(channel);
      return entered.kind === 'ok' ? { kind: 'ok', value: { channel, ...more } } : entered;
    };
  const direct =
    (user: string, more: Pick<Place, 'insteadOfCard'> = {}): FindPlace =>
    async () => {
      const opened = await slack.openDm(user);
      return opened.kind === 'ok' ? { kind: 'ok', value: { channel: opened.value, ...more } } : opened;
    };
  /** The run of a schedule has no requester, and so no last resort: what no channel takes is noted as unsaid. */
  const toRequester = (
    { requester }: RequestItem,
    more: Pick<Place, 'insteadOfCard'> = {},
  ): readonly FindPlace[] => (requester === undefined ? [] : [direct(requester, more)]);
  return (item: RequestItem, delivery: Delivery, doubted: Tried | undefined): readonly FindPlace[] => {
    const { card } = item.notifier;
    switch (delivery.kind) {
      case 'reply': {
        const directly = toRequester(item);
        if (!card || (doubted && doubted.channel !== card.channel)) return directly;
        return [at({ channel: card.channel, threadTs: card.ts }), ...directly];
      }
      case 'card': {
        const instead = toRequester(item, { insteadOfCard: true });
        if (doubted && isDirect(doubted.channel)) return instead;
        const channels = [...new Set([item.channel, defaultChannel])].map((channel) => enter(channel));
        return [...(doubted ? [at({ channel: doubted.channel })] : []), ...channels, ...instead];
      }
      case 'private': {
        const directly = direct(delivery.to);
        return doubted ? [directly] : [enter(item.channel, { whisperTo: delivery.to }), directly];
      }
      case 'direct':
        return [direct(delivery.to)];
      case 'ops': {
        const channels = [...new Set([opsChannel, defaultChannel])];
        // After doubt it is looked for where it was tried.
        const first = channels.filter((channel) => channel === doubted?.channel);
        return [...first, ...channels.filter((channel) => !first.includes(channel))].map((channel) =>
          enter(channel),
        );
      }
      default:
        return delivery satisfies never;
    }
  };
}

/** Ids of direct messages begin with D (docs.slack.dev/reference/objects/conversation-object). */
export const isDirect = (channel: string): boolean => channel.startsWith('D');
