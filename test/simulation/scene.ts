import { type EcrRows, type MovingTag, newEcrRows } from './memory-registry.ts';
import { Queue } from './memory-queue.ts';
import { newSlackRows, type SlackRows } from './memory-slack.ts';
import { newRows, type Rows } from './memory-store.ts';
import { Scheduler } from './scheduler.ts';

export const START = Date.UTC(2026, 0, 5);
/** For so long processes die, and people ask and click. */
export const CHAOS_MS = 90 * 60_000;

/** What is there however often processes die. */
export interface Scene {
  readonly world: Scheduler;
  readonly rows: Rows;
  readonly ecr: EcrRows;
  readonly slack: SlackRows;
  readonly queues: { readonly work: Queue; readonly notify: Queue };
  /** What the tags of the sources mean, by source repository. */
  readonly tags: Map<string, MovingTag>;
}

export function newScene(seed: number): Scene {
  const world = new Scheduler(seed, START);
  return {
    world,
    rows: newRows(),
    ecr: newEcrRows(),
    slack: newSlackRows(),
    queues: { work: new Queue(world), notify: new Queue(world) },
    tags: new Map(),
  };
}
