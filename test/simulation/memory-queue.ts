import type { Ring } from '../../core/queue/bell.ts';
import type { Proc, Scheduler } from './scheduler.ts';

interface Message {
  readonly id: string;
  visibleAt: number;
  receives: number;
}
const VISIBILITY_MS = 60_000;
const RECEIVES_MAX = 5;
/** Whoever waits for messages looks again this often while nothing comes. */
const DOWN_LOOK_MS = 20_000;

/** SQS, unkind: doubled, out of order, lost after too many receives. */
export class Queue {
  readonly messages = new Set<Message>();
  readonly #world: Scheduler;
  readonly #handlers = new Set<{
    readonly proc: Proc;
    readonly handle: (id: string) => Promise<void>;
    busy: boolean;
  }>();

  constructor(world: Scheduler) {
    this.#world = world;
  }

  ring(proc: Proc): Ring {
    const world = this.#world;
    return (id, delayMs = 0) =>
      world.call<void>(proc, {
        port: 'queue',
        what: `ring ${id}`,
        apply: () => this.put(id, Math.max(0, delayMs)),
        // A bell never fails its caller: what was not heard is rung again.
        failure: () => undefined,
        latencyMs: 15,
      });
  }

  put(id: string, delayMs = 0): void {
    const world = this.#world;
    const copies = world.chaos.lost > 0 && world.chance(0.2) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const visibleAt = world.now + delayMs + world.between(0, copy === 0 ? 2_000 : 20_000);
      this.messages.add({ id, visibleAt, receives: 0 });
      world.at(visibleAt, () => this.#pump());
    }
  }

  consume(proc: Proc, handle: (id: string) => Promise<void>): void {
    this.#handlers.add({ proc, handle, busy: false });
    this.#pump();
  }

  #pump(): void {
    const world = this.#world;
    if (world.isDown('queue')) {
      world.at(world.now + DOWN_LOOK_MS, () => this.#pump());
      return;
    }
    for (const handler of this.#handlers) if (!handler.proc.alive) this.#handlers.delete(handler);
    for (;;) {
      const free = world.pick([...this.#handlers].filter(({ busy }) => !busy));
      const message = world.pick([...this.messages].filter(({ visibleAt }) => visibleAt <= world.now));
      if (!free || !message) return;
      message.receives += 1;
      if (message.receives > RECEIVES_MAX) {
        this.messages.delete(message);
        continue;
      }
      message.visibleAt = world.now + VISIBILITY_MS;
      world.at(message.visibleAt, () => this.#pump());
      free.busy = true;
      const { receives } = message;
      free
        .handle(message.id)
        .then(
          () => {
            // An old receipt may or may not delete.
            if (message.receives === receives || world.chance(0.7)) this.messages.delete(message);
          },
          () => {},
        )
        .finally(() => {
          free.busy = false;
          this.#pump();
        });
    }
  }
}
