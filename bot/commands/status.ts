import { parseRequestId } from '../../core/request/id.ts';
import { isSettled } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderStanding, type StandingTag } from '../messages/repository.ts';
import { noSuchThing, renderRequestDetails, unknownRequest } from '../messages/request-details.ts';
import { DESTINATIONS_MAX } from './history.ts';
import { type NamedRepository, parseRepositoryText } from './repository-text.ts';
import { looking, mayLook, type Viewer } from './viewer.ts';

/** `/mirror status M-7F3K` or `/mirror status base-images/nginx[:tag]`. */
export const status = (deps: ViewDeps, viewer: Viewer, text: string): Promise<Message> =>
  looking(deps, viewer, async () => {
    const id = parseRequestId(text);
    const item = id === undefined ? undefined : await deps.requests.get(id);
    if (item && item.workspace === viewer.workspace) return ofRequest(deps, viewer, item);
    // `nginx` could be an id that was typed without its M, and is a repository all the same.
    const named = /^M-/i.test(text) ? undefined : parseRepositoryText(text);
    if (named) return ofRepository(deps, viewer, named);
    return id === undefined ? noSuchThing(text) : unknownRequest(id);
  });

async function ofRequest(deps: ViewDeps, viewer: Viewer, item: RequestItem): Promise<Message> {
  const own = item.requester === viewer.user;
  const refused = own ? undefined : await mayLook(deps, viewer);
  if (refused) return refused;
  return renderRequestDetails(item, { links: await deps.links(), mayCancel: own && isCancellable(item) });
}

/** Whether a cancel could still change something; decided again when it is clicked. */
const isCancellable = (item: RequestItem): boolean =>
  item.state === 'resolving' ||
  imagesOf(item).some(([, image]) => !isSettled(image) && image.taggingAt === undefined);

const TAGS_SHOWN = 10;

async function ofRepository(deps: ViewDeps, viewer: Viewer, named: NamedRepository): Promise<Message> {
  const refused = await mayLook(deps, viewer);
  if (refused) return refused;
  const places = deps.config.destinations.slice(0, DESTINATIONS_MAX);
  const found = await Promise.all(
    places.map(async (where) => {
      const { rows, more } = await deps.finder.standing({ ...where, ...named });
      return { rows: rows.map((row) => ({ ...row, where })), more };
    }),
  );
  const rows = found.flatMap((each) => each.rows);
  const shown = rows.toSorted((a, b) => newest(b) - newest(a)).slice(0, TAGS_SHOWN);
  const ids = shown.flatMap(({ current, open }) =>
    [current?.request, open?.request].filter((id) => id !== undefined),
  );
  const [items, links] = await Promise.all([deps.finder.get([...new Set(ids)]), deps.links()]);
  const known = items.filter(({ workspace }) => workspace === viewer.workspace);
  const name = named.tag === undefined ? named.repository : `${named.repository}:${named.tag}`;
  return renderStanding({
    name,
    tags: shown.map((row) => withRequests(row, known)),
    total: rows.length,
    more: found.some(({ more }) => more),
    links,
  });
}

/** What is only about to be written comes first. */
const newest = ({ current }: Pick<StandingTag, 'current'>): number =>
  current?.copiedAt ?? Number.MAX_SAFE_INTEGER;

/** `open` is true only while that image is unsettled: its request tells. */
function withRequests(row: Omit<StandingTag, 'by' | 'wants'>, items: readonly RequestItem[]): StandingTag {
  const by = items.find(({ id }) => id === row.current?.request);
  const owner = items.find(({ id }) => id === row.open?.request);
  const image = row.open && owner?.images[row.open.image];
  const wants = owner && (owner.state === 'resolving' || (image && !isSettled(image))) ? owner : undefined;
  return { ...row, ...(by && { by }), ...(wants && { wants }) };
}
