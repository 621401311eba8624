import type { Team } from '../../core/config/schema.ts';
import { triggerHash } from '../../core/request/id.ts';
import type { Entry } from '../../core/request/image.ts';
import { newRequest } from '../../core/request/new-request.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { putTriggered } from '../../core/store/put-request.ts';
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

const triggerOf = ({ workspace, trigger }: Asked): string => `${workspace}/${trigger}`;
export const hashOf = (asked: Asked): string => triggerHash(triggerOf(asked));

export async function putRequest(deps: BotDeps, asked: Asked): Promise<RequestItem> {
  const { item } = await putTriggered(deps.requests, triggerOf(asked), (id, hash) =>
    newRequest({
      id,
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
    }),
  );
  return item;
}
