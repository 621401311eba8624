import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Bells } from '../core/queue/bell.ts';
import type { Target } from '../core/request/image.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { Store } from '../core/store/store.ts';
import type { Slots } from './copy/slots.ts';
import type { EcrRegistry } from './ecr/ecr-registry.ts';
import type { Clock } from './registry/clock.ts';
import type { Sources } from './sources.ts';

/** What a job works with. */
export interface WorkerDeps {
  readonly config: Config;
  readonly configHash: string;
  readonly store: Store;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly sources: Sources;
  /** Places for blobs in flight, shared by all images. */
  readonly slots: Slots;
  readonly ecrOf: (target: Target) => EcrRegistry;
  readonly clock: Clock;
  readonly log: Log;
}
