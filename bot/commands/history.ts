import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderHistory } from '../messages/repository.ts';
import { noSuchThing } from '../messages/request-details.ts';
import { parseRepositoryText } from './repository-text.ts';
import { looking, mayLook, type Viewer } from './viewer.ts';

const PAGE = 10;
/** More destinations than anybody has; each is one question. */
export const DESTINATIONS_MAX = 6;

/** `/mirror history base-images/nginx[:tag]`: what came in, newest first. `from` counts those shown before. */
export const history = (deps: ViewDeps, viewer: Viewer, text: string, from = 0): Promise<Message> =>
  looking(deps, viewer, async () => {
    const refused = await mayLook(deps, viewer);
    if (refused) return refused;
    const named = parseRepositoryText(text);
    if (!named) return noSuchThing(text);
    const name = named.tag === undefined ? named.repository : `${named.repository}:${named.tag}`;
    const places = deps.config.destinations.slice(0, DESTINATIONS_MAX);
    const found = await Promise.all(
      places.map(async (where) => {
        const { rows, more } = await deps.finder.history({ ...where, ...named });
        return { rows: rows.map((row) => ({ ...row, where })), more };
      }),
    );
    const all = found.flatMap(({ rows }) => rows).toSorted((a, b) => b.copiedAt - a.copiedAt);
    const shown = all.slice(from, from + PAGE);
    const [items, links] = await Promise.all([
      deps.finder.get([...new Set(shown.map(({ request }) => request))]),
      deps.links(),
    ]);
    const next = from + PAGE;
    return renderHistory({
      name,
      rows: shown.map((row) => {
        const by = items.find(({ id, workspace }) => id === row.request && workspace === viewer.workspace);
        return { ...row, ...(by && { by }) };
      }),
      total: all.length,
      more: found.some(({ more }) => more),
      links,
      ...(next < all.length && { older: `history ${next} ${name}` }),
    });
  });
