import type { Rule, Team } from '../../core/config/schema.ts';
import type { RequestItem } from '../../core/request/request.ts';

/** What one person's Home tab shows; read-home.ts finds it, render-home.ts draws it. */
export interface Home {
  readonly user: string;
  /** Epoch ms of the look. */
  readonly at: number;
  readonly waiting: Shown;
  /** Slack did not say who is in the groups: what waits for this person may be missing. */
  readonly groupsUnknown: boolean;
  /** Theirs, not over yet. */
  readonly open: Shown;
  /** Theirs, over, newest first. */
  readonly results: Shown;
  /** By which they may decide. */
  readonly rules: readonly Rule[];
  readonly teams: readonly Team[];
  readonly paused: boolean;
}

/** The first ones, and how many there are beside them; `atLeast` where not all were read. */
export interface Shown {
  readonly items: readonly RequestItem[];
  readonly more: number;
  readonly atLeast: boolean;
}
