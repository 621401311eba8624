import type { RequestItem } from '../../core/request/request.ts';
import { seededRandom } from '../../local/unkind/seeded-random.ts';

/** A process of the simulated world. Once dead it never goes on: what it waits for is never answered. */
export interface Proc {
  readonly name: string;
  alive: boolean;
  /** It stands still until then: it hears no answer, and no timer of its own goes off. */
  stillUntil?: number;
  /** How much its clock is ahead of the world's, in ms. */
  readonly skewMs?: number;
}

export interface Chaos {
  /** Chances at every call of a port, 0 to 1. */
  readonly crash: number;
  readonly fail: number;
  readonly lost: number;
  readonly pause: number;
}
export const CALM: Chaos = { crash: 0, fail: 0, lost: 0, pause: 0 };

/** What a process talks to. */
export const PORTS = ['store', 'queue', 'slack', 'ecr', 'docker.io'] as const;
export type Port = (typeof PORTS)[number];

/** Nothing comes through to a port: each call ends without an answer. */
export interface Outage {
  readonly port: Port;
  readonly from: number;
  readonly until: number;
}

/** What a port does when it is asked; `late` = it may be applied this many ms after the caller gave up. */
export interface Call<T> {
  readonly port: Port;
  /** What is asked for, in words. */
  readonly what: string;
  /** What it would store. */
  readonly item?: RequestItem;
  readonly apply: () => T;
  /** What a failed or lost answer looks like to the caller. */
  readonly failure: (what: string) => T | Promise<never>;
  readonly latencyMs?: number;
  readonly lateMs?: number;
  readonly timeoutMs?: number;
  /** Begun right after a look at the clock: the process is not held up in between (the one rest that is known). */
  readonly guarded?: boolean;
}

/** How long a caller waits for a port that is down. */
const DOWN_MS = 5_000;

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time and a seeded order of everything. Every call of a port is a point at which the process may die, be held
 * up, or get a wrong answer about what was done.
 */
export class Scheduler {
  now: number;
  chaos: Chaos = CALM;
  points = 0;
  crashes = 0;
  outages: readonly Outage[] = [];
  /** Calls that met an outage. */
  readonly refused = new Map<Port, number>();
  onCrash: (proc: Proc) => void = () => {};
  /** Asked as a call begins: where directed stories meet it, and may lose its answer. */
  onCall: (proc: Proc, call: Pick<Call<unknown>, 'port' | 'what' | 'item'>) => 'lost' | undefined = () =>
    undefined;
  /** Hears the story, a line each. */
  tell: ((line: string) => void) | undefined;
  readonly #heap: Entry[] = [];
  /** What processes that stand still do when they go on. */
  readonly #late = new Map<Proc, (() => void)[]>();
  readonly #random: () => number;
  #order = 0;

  constructor(seed: number, start: number) {
    this.#random = seededRandom(seed * 7919 + 17);
    this.now = start;
  }

  random = (): number => this.#random();
  chance = (p: number): boolean => p > 0 && this.#random() < p;
  between = (from: number, to: number): number => from + this.#random() * (to - from);
  pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(this.#random() * list.length)];

  at(time: number, run: () => void): void {
    const entry = { at: time, order: this.#order++, run };
    this.#heap.push(entry);
    let i = this.#heap.length - 1;
    for (let up = (i - 1) >> 1; i > 0; up = (i - 1) >> 1) {
      const parent = this.#heap[up];
      if (!parent || !before(entry, parent)) break;
      this.#heap[i] = parent;
      i = up;
    }
    this.#heap[i] = entry;
  }

  /** Runs until `done` says so, nothing is left, or time is up. */
  async run(done: () => boolean, until: number): Promise<void> {
    // Once a turn of the real event loop: what a story left there can go.
    await new Promise((resolve) => setImmediate(resolve));
    while (!done()) {
      const next = this.#take();
      if (!next || next.at > until) return;
      this.now = Math.max(this.now, next.at);
      next.run();
      // Everything that follows from this event without asking the world again: ticks come when no promise is left.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
  }

  /** One call of a port by a process. */
  call<T>(proc: Proc, call: Call<T>): Promise<T> {
    if (!proc.alive) return never();
    this.points += 1;
    const aimed = this.onCall(proc, call);
    const latency = (call.latencyMs ?? 30) * this.between(0.3, 2);
    const note = (fate: string): void => this.tell?.(`${proc.name}: ${call.port} ${call.what}: ${fate}`);
    return new Promise<T>((resolve, reject) => {
      const answer = (time: number, give: () => T | Promise<T>): void =>
        this.#wake(proc, time, () => {
          try {
            resolve(give());
          } catch (error) {
            reject(error);
          }
        });
      const land = (time: number): void => this.at(time, () => void quietly(call.apply));
      if (this.isDown(call.port)) {
        this.refused.set(call.port, (this.refused.get(call.port) ?? 0) + 1);
        answer(this.now + Math.min(call.timeoutMs ?? DOWN_MS, DOWN_MS), () => call.failure('is down'));
        return;
      }
      const { chaos } = this;
      if (this.chance(chaos.crash)) {
        const landed = this.chance(0.5);
        note(landed ? 'applied, and the process dies' : 'the process dies before it');
        if (landed) land(this.now + latency);
        this.kill(proc);
        return;
      }
      if (this.chance(chaos.fail)) {
        note('never arrives');
        answer(this.now + latency, () => call.failure('failed'));
        return;
      }
      if (aimed === 'lost' || this.chance(chaos.lost)) {
        const timeout = call.timeoutMs ?? latency * 2;
        const late = call.lateMs && this.chance(0.4) ? timeout + this.between(0, call.lateMs) : latency;
        note(
          late > timeout ? `no answer; applied ${Math.round(late / 1_000)} s later` : 'applied, no answer',
        );
        land(this.now + late);
        answer(this.now + Math.max(timeout, latency) + 1, () => call.failure('lost'));
        return;
      }
      const pause = !call.guarded && this.chance(chaos.pause) ? this.between(50_000, 300_000) : 0;
      if (pause > 0) note(`${Math.round(pause / 1_000)} s on the way`);
      if (this.chance(chaos.pause)) this.stop(proc, this.between(50_000, 300_000));
      this.at(this.now + pause + latency, () => {
        if (!proc.alive) return;
        const result = settle(call.apply);
        answer(this.now + latency / 3, () => {
          if ('error' in result) throw result.error;
          return result.value;
        });
      });
    });
  }

  isDown(port: Port): boolean {
    return this.outages.some((each) => each.port === port && each.from <= this.now && this.now < each.until);
  }

  /** What its clock says. */
  clockOf(proc: Proc): number {
    return this.now + (proc.skewMs ?? 0);
  }

  sleep(proc: Proc, ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#wake(proc, this.now + ms, resolve);
    });
  }

  /** The process stands still for so long, as under SIGSTOP or on a machine that swaps. */
  stop(proc: Proc, ms: number): void {
    if (!proc.alive) return;
    this.tell?.(`${proc.name}: stands still for ${Math.round(ms / 1_000)} s`);
    proc.stillUntil = Math.max(proc.stillUntil ?? 0, this.now + ms);
    this.at(proc.stillUntil, () => this.#goOn(proc));
  }

  /** A process that stands still goes on sooner than it was meant to. */
  comeBack(proc: Proc, ms: number): void {
    const { now } = this;
    if ((proc.stillUntil ?? 0) <= now + ms) return;
    proc.stillUntil = now + ms;
    this.at(proc.stillUntil, () => this.#goOn(proc));
  }

  /** What it would have done meanwhile, in that order. */
  #goOn(proc: Proc): void {
    if ((proc.stillUntil ?? 0) > this.now) return;
    const late = this.#late.get(proc) ?? [];
    this.#late.delete(proc);
    for (const run of late) this.#wake(proc, this.now, run);
  }

  /** What a process does next, unless it is dead; later where it stands still. */
  #wake(proc: Proc, time: number, run: () => void): void {
    this.at(time, () => {
      if (!proc.alive) return;
      if ((proc.stillUntil ?? 0) <= this.now) return run();
      const late = this.#late.get(proc);
      if (late) late.push(run);
      else this.#late.set(proc, [run]);
    });
  }

  kill(proc: Proc): void {
    if (!proc.alive) return;
    proc.alive = false;
    this.crashes += 1;
    this.tell?.(`${proc.name}: is dead`);
    this.onCrash(proc);
  }

  #take(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const right = heap[child + 1];
      const left = heap[child];
      if (!left) break;
      if (right && before(right, left)) child += 1;
      const least = heap[child];
      if (!least || before(last, least)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
const never = <T>(): Promise<T> => new Promise(() => {});
const quietly = (run: () => unknown): void => {
  try {
    run();
  } catch {
    // The world refused it; nobody is there to hear.
  }
};

function settle<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}
