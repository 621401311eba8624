import type { WebClient } from '@slack/web-api';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { ViewDeps } from '../deps.ts';
import { decidersOf } from '../requests/waits-for.ts';
import { publishHome } from './publish-home.ts';
import type { HomeDeps } from './read-home.ts';

export type RedrawDeps = HomeDeps & Pick<ViewDeps, 'homes'>;

/** A Home tab opened longer ago is drawn again when it is opened, and not before. */
const LATELY_MS = 15 * 60_000;
/** For one event; each is one views.publish (tier 4, 100 a minute) and one look of readHome. */
const REDRAWN_MAX = 5;

/**
 * After something was told of a request: draws the Home tabs of those it concerns, if they have lately looked at theirs.
 * One question to the database where nobody has. Never rejects.
 */
export async function redrawHomes(
  deps: RedrawDeps,
  client: Pick<WebClient, 'views'>,
  item: RequestItem,
): Promise<void> {
  const { workspace } = item;
  try {
    const lately = await deps.homes.openSince(workspace, deps.now() - LATELY_MS);
    if (lately.length === 0) return;
    const concerned = await concernedOf(deps, item, lately);
    await Promise.all(
      concerned.slice(0, REDRAWN_MAX).map((user) => publishHome(deps, client, { workspace, user })),
    );
  } catch (error) {
    deps.log('warn', 'Home tabs were not drawn again', { requestId: item.id, error });
  }
}

/** Who asked, who joined, and who may decide: those named first, then members of the groups. */
async function concernedOf(
  deps: RedrawDeps,
  item: RequestItem,
  people: readonly string[],
): Promise<readonly string[]> {
  const named = new Set([
    ...(item.requester === undefined ? [] : [item.requester]),
    ...(item.watchers ?? []).map(({ by }) => by),
    ...imagesOf(item).flatMap(([, image]) => decidersOf(image).users),
  ]);
  const direct = people.filter((user) => named.has(user));
  const groups = [...new Set(imagesOf(item).flatMap(([, image]) => decidersOf(image).userGroups))];
  if (groups.length === 0) return direct;
  const rest = people.filter((user) => !named.has(user));
  const mine = await Promise.all(
    rest.map(async (user) => ((await deps.directory.groupsOf(user, groups)).length > 0 ? user : undefined)),
  );
  return [...direct, ...mine.filter((user) => user !== undefined)];
}
