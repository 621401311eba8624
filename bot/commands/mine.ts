import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderRequestList } from '../messages/request-list.ts';
import { looking, type Viewer } from './viewer.ts';

const PAGE = 8;

/** `/mirror mine`: the person's own requests, newest first. `after` is what the button for older ones carries. */
export const mine = (deps: ViewDeps, viewer: Viewer, after?: string): Promise<Message> =>
  looking(deps, viewer, async () => {
    const { user, workspace } = viewer;
    const asked = { workspace, user, limit: PAGE, ...(after !== undefined && { after }) };
    const [found, links] = await Promise.all([deps.finder.ofRequester(asked), deps.links()]);
    return renderRequestList({
      head: after === undefined ? 'Your requests, newest first.' : 'Your older requests.',
      items: found.items,
      empty: 'You have not asked for an image yet. /mirror alone opens the form.',
      links,
      ...(found.next !== undefined && { older: `mine ${found.next}` }),
    });
  });
