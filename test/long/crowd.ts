import {
  app,
  channels,
  people,
  type ChannelSeed,
  type PersonSeed,
} from '../../local/slack/workspace/seeds.ts';
import type { MoreSeeds } from '../../local/slack/workspace/workspace.ts';

const numbered = (letter: 'C' | 'U', n: number): string => `${letter}9${String(n).padStart(9, '0')}`;

/** Many people who ask, in many channels; the approvers are in all of them, and so is the app. */
export function crowd(size: { readonly people: number; readonly channels: number }): MoreSeeds {
  const asking = Array.from(
    { length: size.people },
    (_, n): PersonSeed => ({
      id: numbered('U', n),
      name: `p${n}`,
      real_name: `Person ${n}`,
      role: 'requester',
    }),
  );
  const members = [...people, ...asking].map(({ id }) => id);
  const known: readonly ChannelSeed[] = channels;
  const rooms = Array.from(
    { length: size.channels },
    (_, n): ChannelSeed => ({
      id: numbered('C', n),
      name: `room-${n}`,
      is_private: false,
      is_archived: false,
      members: [...members, app.user],
    }),
  );
  if (rooms.some(({ id }) => known.some((each) => each.id === id))) throw new Error('a room has a known id');
  return { people: asking, channels: rooms };
}
