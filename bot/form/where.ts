import type { Config } from '../../core/config/schema.ts';
import { channel, type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { isDirect } from '../notifier/place.ts';

/** For who typed it: whether the app is in a private channel is known only when the card is posted. */
export function whereTyped(config: Config, { channel_id, channel_name }: Typed): Mrkdwn {
  return channel_name === 'privategroup'
    ? mrkdwn`here if this app is a member, else in ${channel(config.channels.default)}`
    : whereTo(config, channel_id, channel_id);
}

interface Typed {
  readonly channel_id: string;
  /** Of private ones Slack says `privategroup`. */
  readonly channel_name: string;
}

/** Where the card will stand, for who asked from a form: a direct message never shows it to those who decide. */
export function whereTo({ channels }: Config, asked: string, place: string | undefined): Mrkdwn {
  if (place === undefined) return mrkdwn`in ${channel(isDirect(asked) ? channels.default : asked)}`;
  return isDirect(place) ? mrkdwn`in ${channel(channels.default)}` : mrkdwn`here`;
}
