import { schedulesFor } from '../../core/config/schedules.ts';
import type { Team } from '../../core/config/schema.ts';
import { formatReference } from '../../core/oci/reference.ts';
import type { Entry } from '../../core/request/image.ts';
import type { Tracked } from '../../core/store/tracked.ts';
import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { refusal } from '../messages/private.ts';
import { notTrackable, nothingTracked, renderTracked, renderUntracked } from '../messages/tracked.ts';
import { readEntry } from '../requests/read-entry.ts';
import { teamHere } from '../requests/team-here.ts';
import { parseRepositoryText } from './repository-text.ts';
import { looking, mayLook, type Viewer } from './viewer.ts';

/** What stands behind `track` or `untrack`. */
export interface TrackText {
  readonly kind: 'track' | 'untrack';
  /** A source, or what stands in ECR already. */
  readonly of: string;
  readonly target?: string;
}

/**
 * `/mirror track nginx:1.27-alpine base-images/nginx`, `/mirror untrack base-images/nginx:1.27-alpine`: whether schedules
 * look at a tag. Nothing is let in by it: what has changed is asked for as ever.
 */
export const track = (deps: ViewDeps, viewer: Viewer, text: TrackText): Promise<Message> =>
  looking(deps, viewer, async () => {
    const refused = await mayLook(deps, viewer);
    if (refused) return refused;
    const team = teamHere(deps.config, viewer.channel);
    const known = text.target === undefined ? await knownAs(deps, text.of) : undefined;
    const read = known ? ofTeam(deps, team, known) : readEntry(deps.config, team, typed(text));
    if (!read.ok) return refusal([read.failure]);
    return text.kind === 'track' ? on(deps, viewer, read.entry) : off(deps, viewer, read.entry);
  });

const typed = ({ of, target }: TrackText) => ({ source: of, ...(target !== undefined && { target }) });

/** A repository and tag of ours that something is on record about; the first destination that has it. */
async function knownAs(deps: ViewDeps, text: string): Promise<Tracked | undefined> {
  const named = parseRepositoryText(text);
  if (named?.tag === undefined) return undefined;
  const { repository, tag } = named;
  for (const { account, region } of deps.config.destinations) {
    const found = await deps.tracked.get({ account, region, repository, tag });
    if (found) return found;
  }
  return undefined;
}

/** What is tracked belongs to whoever may ask for its target. */
function ofTeam(deps: ViewDeps, team: Team, { source, target, platforms }: Tracked) {
  const { destination: to, repository, tag } = target;
  return readEntry(deps.config, team, {
    source: formatReference(source),
    target: `${repository}:${tag}`,
    to,
    ...(platforms && { platforms }),
  });
}

async function on(deps: ViewDeps, viewer: Viewer, { platforms, source, target }: Entry): Promise<Message> {
  if (source.digest !== undefined) return notTrackable(source);
  const before = await deps.tracked.get(target);
  await deps.tracked.put({
    source,
    target,
    since: deps.now(),
    by: viewer.user,
    ...(platforms && { platforms }),
    ...(before?.told && { told: before.told }),
  });
  return renderTracked({ source, target }, schedulesFor(deps.config, target));
}

async function off(deps: ViewDeps, viewer: Viewer, entry: Entry): Promise<Message> {
  const { target } = entry;
  const before = await deps.tracked.get(target);
  if (before?.off) return nothingTracked(target);
  const { platforms, source } = before ?? entry;
  // Also where nothing is tracked yet: it stays so when it is asked for later.
  await deps.tracked.put({
    source,
    target,
    since: deps.now(),
    by: viewer.user,
    off: true,
    ...(platforms && { platforms }),
    ...(before?.told && { told: before.told }),
  });
  const named = schedulesFor(deps.config, target).filter(({ tracked }) => tracked === undefined);
  return renderUntracked({ source, target }, named);
}
