import type { Team } from '../../core/config/schema.ts';
import { ID_MAX_LETTERS, ID_MIN_LETTERS, requestId, triggerHash } from '../../core/request/id.ts';
import type { Entry } from '../../core/request/image.ts';
import { newRequest } from '../../core/request/new-request.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';

/** A request that can be put: who asks for what, where. */
export interface Asked {
  readonly workspace: string;
  readonly user: string;
  /** Where it was asked. */
  readonly channel: string;
  /** What set it off (trigger id, view id, event id): the same one meets its own request. */
  readonly trigger: string;
  readonly team: Team;
  readonly entries: Readonly<Record<string, Entry>>;
  readonly reason?: string;
  readonly part?: RequestItem['part'];
  readonly dryRun?: true;
}

export const hashOf = ({ workspace, trigger }: Pick<Asked, 'workspace' | 'trigger'>): string =>
  triggerHash(`${workspace}/${trigger}`);

/** The id comes from the trigger: a replayed one meets its own request, a collision takes a longer id. */
export async function putRequest(deps: BotDeps, asked: Asked): Promise<RequestItem> {
  const hash = hashOf(asked);
  for (let letters = ID_MIN_LETTERS; letters <= ID_MAX_LETTERS; letters += 1) {
    const item = newRequest({
      id: requestId(hash, letters),
      hash,
      workspace: asked.workspace,
      requester: asked.user,
      channel: asked.channel,
      team: asked.team.id,
      entries: asked.entries,
      ...(asked.reason !== undefined && { reason: asked.reason }),
      ...(asked.part && { part: asked.part }),
      ...(asked.dryRun && { dryRun: asked.dryRun }),
      now: deps.now(),
      timing: deps.config.limits.timing,
    });
    if (await deps.requests.put(item)) return item;
    const other = await deps.requests.get(item.id);
    if (other?.hash === hash) return other;
  }
  throw new Error(`no free id for ${hash}`);
}
