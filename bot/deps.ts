import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Bells } from '../core/queue/bell.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { Finder } from '../core/store/finder.ts';
import type { HomeStore } from '../core/store/homes.ts';
import type { ScheduleStore } from '../core/store/schedules.ts';
import type { RequestStore } from '../core/store/store.ts';
import type { TrackedStore } from '../core/store/tracked.ts';
import type { Directory } from './slack/directory.ts';
import type { TellOps } from './slack/ops-line.ts';
import type { Links } from './slack/links.ts';

/** What a listener works with. */
export interface BotDeps {
  readonly config: Config;
  readonly configHash: string;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly directory: Directory;
  /** What only those who run the mirror can mend. */
  readonly tellOps: TellOps;
  readonly now: () => number;
  readonly log: Log;
}

/** What a listener that shows requests works with. */
export interface ViewDeps extends BotDeps {
  readonly finder: Finder;
  /** Whose Home tab is open. */
  readonly homes: HomeStore;
  readonly schedules: ScheduleStore;
  readonly tracked: TrackedStore;
  /** Never rejects. */
  readonly links: () => Promise<Links>;
}

/** Slack gives 3 s for an answer; checks and the write together get this much of it. */
export const CLICK_BUDGET_MS = 2_000;
