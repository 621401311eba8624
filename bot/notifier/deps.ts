import type { Delivery } from '../../core/request/deliveries.ts';
import type { Log } from '../../core/log.ts';
import type { Ring } from '../../core/queue/bell.ts';
import type { Tried } from '../../core/request/notifier-state.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Timing } from '../../core/request/timing.ts';
import type { RequestStore } from '../../core/store/store.ts';
import type { Slack } from '../slack/client.ts';
import type { FindPlace } from './place.ts';

export interface NotifierDeps {
  readonly requests: RequestStore;
  readonly slack: Slack;
  /** Rings the notify queue. */
  readonly ring: Ring;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Cards say so while nothing is looked up or copied. */
  readonly paused?: boolean;
  /** After a look in which something was told: nothing depends on it, and it never rejects. */
  readonly told?: (item: RequestItem) => Promise<void>;
  /** Where a delivery can be said, best first; see place.ts. */
  readonly placeOf: (
    item: RequestItem,
    delivery: Delivery,
    doubted: Tried | undefined,
  ) => readonly FindPlace[];
}

/** The item as it stands now, or read it again, or leave it. */
export type Step = RequestItem | 'again' | 'done';
export const isItem = (step: Step): step is RequestItem => step !== 'again' && step !== 'done';
