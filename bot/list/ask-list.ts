import type { Team } from '../../core/config/schema.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { askFor } from '../requests/ask-for.ts';
import type { ListReading } from './read-list.ts';
import { type ListPart, splitList } from './split-list.ts';

export interface AskList {
  readonly workspace: string;
  readonly user: string;
  readonly channel: string;
  readonly trigger: string;
  readonly team: Team;
  readonly reading: ListReading;
  readonly reason?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** The parts of a list and what became of each; an undefined item = the database did not answer for it. */
export interface AskedPart extends ListPart {
  readonly item: RequestItem | undefined;
}

/** Asks for all parts at once, each within Slack's time. */
export function askList(
  deps: BotDeps,
  { dryRun, reading, reason, trigger, ...who }: AskList,
): Promise<readonly AskedPart[]> {
  const parts = splitList(
    trigger,
    reading.lines.map(({ entry }) => entry),
  );
  return Promise.all(
    parts.map(async (part) => {
      const more = { ...(reason !== undefined && { reason }), ...(dryRun && { dryRun: true as const }) };
      return { ...part, item: await askFor(deps, { ...who, ...part, ...more }) };
    }),
  );
}
