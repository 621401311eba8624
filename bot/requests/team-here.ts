import { teamOf } from '../../core/config/naming.ts';
import type { Config, Team } from '../../core/config/schema.ts';

/** The team of a channel; every channel has one. */
export function teamHere(config: Config, channel: string): Team {
  const team = teamOf(config, channel);
  if (!team) throw new Error('a configuration has at least one team');
  return team;
}
