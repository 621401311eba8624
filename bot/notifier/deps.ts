import type { NextDelivery } from '../../core/request/deliveries.ts';
import type { Log } from '../../core/log.ts';
import type { Ring } from '../../core/queue/bell.ts';
import type { RequestItem, Tried } from '../../core/request/request.ts';
import type { Timing } from '../../core/request/timing.ts';
import type { RequestStore } from '../../core/store/store.ts';
import type { Slack } from '../slack/client.ts';
import type { SlackAnswer } from '../slack/errors.ts';
import type { Place } from './place.ts';

export interface NotifierDeps {
  readonly requests: RequestStore;
  readonly slack: Slack;
  /** Rings the notify queue. */
  readonly ring: Ring;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Where a delivery is said; see place.ts. */
  readonly placeOf: (
    item: RequestItem,
    next: NextDelivery,
    doubted: Tried | undefined,
  ) => Promise<SlackAnswer<Place>>;
}
