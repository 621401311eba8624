import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Bells } from '../core/queue/bell.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { RequestStore } from '../core/store/store.ts';
import type { Directory } from './slack/directory.ts';

/** What a listener works with. */
export interface BotDeps {
  readonly config: Config;
  readonly configHash: string;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly directory: Directory;
  readonly now: () => number;
  readonly log: Log;
}

/** Slack gives 3 s for an answer; checks and the write together get this much of it. */
export const CLICK_BUDGET_MS = 2_000;
