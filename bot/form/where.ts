import type { Config } from '../../core/config/schema.ts';
import { channel, type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { isDirect } from '../notifier/place.ts';

/** Where the card will stand, for who asked from a form: a direct message never shows it to those who decide. */
export function whereTo({ channels }: Config, asked: string, place: string | undefined): Mrkdwn {
  if (place === undefined) return mrkdwn`in ${channel(isDirect(asked) ? channels.default : asked)}`;
  return isDirect(place) ? mrkdwn`in ${channel(channels.default)}` : mrkdwn`here`;
}
