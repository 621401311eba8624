import type { Dynamo } from './dynamo.ts';
import { requestStore } from './items.ts';
import { bytesStore, findingsStore, targetStore } from './rows.ts';
import { scheduleStore } from './schedules.ts';
import type { Store } from './store.ts';
import { trackedStore } from './tracked.ts';
import { pullBudgetStore, quotaStore, seenStore } from './upstream.ts';

/** Everything that is kept in the one table. */
export function openStore(dynamo: Dynamo, now: () => number): Store {
  return {
    requests: requestStore(dynamo),
    targets: targetStore(dynamo),
    bytes: bytesStore(dynamo, now),
    findings: findingsStore(dynamo),
    budgets: pullBudgetStore(dynamo),
    quotas: quotaStore(dynamo),
    seen: seenStore(dynamo),
    schedules: scheduleStore(dynamo),
    tracked: trackedStore(dynamo),
  };
}
