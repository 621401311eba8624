import type { Config, Team } from '../../core/config/schema.ts';
import { isDirect } from '../notifier/place.ts';
import { teamHere } from '../requests/team-here.ts';
import type { FormPlace } from './form-place.ts';

export interface FormTarget {
  readonly team: Team;
  /** Where the request counts as asked: its card goes there if it can. */
  readonly channel: string;
}

/** The team of the place; opened from nowhere, the one that was chosen, with its own channel. */
export function formTarget(config: Config, place: FormPlace, chosen: string | undefined): FormTarget {
  const fallback = config.channels.default;
  if (place.channel !== undefined) {
    const team = teamHere(config, isDirect(place.channel) ? fallback : place.channel);
    return { team, channel: place.channel };
  }
  const team = config.teams.find(({ id }) => id === chosen) ?? teamHere(config, fallback);
  return { team, channel: team.channels[0] ?? fallback };
}
