import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderRequestList } from '../messages/request-list.ts';
import { plural } from '../messages/words.ts';
import { readPending } from '../requests/read-pending.ts';
import { looking, mayLook, type Viewer } from './viewer.ts';

const PAGE = 8;

/** `/mirror pending`: what waits for people, first what waits for this one. `from` counts those shown before. */
export const pending = (deps: ViewDeps, viewer: Viewer, from = 0): Promise<Message> =>
  looking(deps, viewer, async () => {
    const refused = await mayLook(deps, viewer);
    if (refused) return refused;
    const [found, links] = await Promise.all([readPending(deps, viewer), deps.links()]);
    const all = [...found.forMe, ...found.forOthers];
    const shown = all.slice(from, from + PAGE);
    const next = from + PAGE;
    const forMe = found.forMe.length > 0 ? `, ${found.forMe.length} of them for you` : '';
    return renderRequestList({
      head: `${plural(all.length, 'request')} ${all.length === 1 ? 'waits' : 'wait'} for approval${forMe}.`,
      items: shown,
      empty: 'Nothing waits for approval.',
      notes: [
        ...(found.groupsUnknown
          ? ['Slack did not say who is in the groups: what waits for you is not marked.']
          : []),
        ...(found.more ? ['There are more than were read; those that end soonest are shown.'] : []),
      ],
      links,
      ...(next < all.length && { older: `pending ${next}` }),
    });
  });
