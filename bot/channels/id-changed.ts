import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { ViewDeps } from '../deps.ts';
import { channel, code, mrkdwn } from '../messages/mrkdwn.ts';

type Args = SlackEventMiddlewareArgs<'channel_id_changed'> & AllMiddlewareArgs;

/**
 * A private channel that is shared with another company gets another id, for good, and the old one leads nowhere
 * (https://api.slack.com/events/channel_id_changed). Cards are edited, answered and clicked by their channel's id.
 */
export async function channelIdChanged(deps: ViewDeps, { body, event }: Args): Promise<void> {
  const { new_channel_id: to, old_channel_id: from } = event;
  const { items } = await deps.finder.open(body.team_id);
  for (const { id } of items) await follow(deps, id, { from, to });
  if (!JSON.stringify(deps.config).includes(`"${from}"`)) return;
  deps.tellOps(
    `channel ${from}`,
    mrkdwn`⚠ ${channel(to)} has another id now: ${code(to)} instead of ${code(from)}. Whoever keeps mirror.config.json writes the new one there.`,
  );
}

/** The notifier may write at the same moment: then its state is read again. */
const TRIES = 5;

async function follow(deps: ViewDeps, id: string, { from, to }: { from: string; to: string }): Promise<void> {
  const there = <T extends { readonly channel: string }>(place: T): T =>
    place.channel === from ? { ...place, channel: to } : place;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const item = await deps.requests.get(id);
    if (!item) return;
    const { card, tried } = item.notifier;
    if (card?.channel !== from && tried?.channel !== from) return;
    const moved = { ...(card && { card: there(card) }), ...(tried && { tried: there(tried) }) };
    if (await deps.requests.writeNotifier(item, { ...item.notifier, ...moved })) return;
  }
  deps.log('error', 'a card could not follow its channel to a new id', { requestId: id });
}
