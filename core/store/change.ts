import { decide } from '../request/decide.ts';
import { isEffective } from '../request/effect.ts';
import type { Input, Refusal } from '../request/input.ts';
import type { RequestItem } from '../request/request.ts';
import type { Timing } from '../request/timing.ts';
import { type RequestStore, StoreError } from './store.ts';

export interface ChangeDeps {
  readonly requests: RequestStore;
  readonly timing: Timing;
  readonly now: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** After each change that was written: `token` marks its events. */
  readonly onChange?: (item: RequestItem, token: string) => void;
}

export type Changed =
  | { readonly kind: 'changed'; readonly item: RequestItem }
  | { readonly kind: 'refused'; readonly why: Refusal; readonly item: RequestItem }
  /** The store did not answer in time: it may be written or not, and the item will tell. */
  | { readonly kind: 'unsure' }
  | { readonly kind: 'missing' };

export interface Change {
  readonly id: string;
  /** Made from the item as read, again after each lost race. Undefined = leave it. */
  readonly input: (item: RequestItem) => Input | undefined;
  /** Epoch ms after which a lost race is not tried again. */
  readonly deadline: number;
}

/**
 * Read, decide, write on the version read; a lost race is read and decided again until the deadline, with full jitter.
 * After a failed condition or a lost answer the item itself tells whether it was us: by the events' token, or by the effect.
 */
export type ChangeRequest = (change: Change) => Promise<Changed>;

export function changer(deps: ChangeDeps): ChangeRequest {
  // Changes to one request queue up in this process: racing ourselves only costs writes.
  const tails = new Map<string, Promise<unknown>>();
  return (change) => {
    const before = tails.get(change.id) ?? Promise.resolve();
    const run = before.then(
      () => attempt(deps, change),
      () => attempt(deps, change),
    );
    tails.set(change.id, run);
    const forget = () => {
      if (tails.get(change.id) === run) tails.delete(change.id);
    };
    run.then(forget, forget);
    return run;
  };
}

async function attempt(deps: ChangeDeps, change: Change): Promise<Changed> {
  const token = newToken(deps.random);
  let wrote: Input | undefined;
  for (let round = 0; ; round += 1) {
    const answer = await once(deps, change, token, wrote);
    if (answer.kind === 'changed') deps.onChange?.(answer.item, token);
    if (answer.kind !== 'again') return answer;
    wrote = answer.wrote ?? wrote;
    const wait = deps.random() * Math.min(25 * 2 ** round, 1000);
    if (deps.now() + wait >= change.deadline) return { kind: 'unsure' };
    await deps.sleep(wait);
  }
}

type Answer = Changed | { readonly kind: 'again'; readonly wrote?: Input };

async function once(
  deps: ChangeDeps,
  change: Change,
  token: string,
  wrote: Input | undefined,
): Promise<Answer> {
  try {
    const item = await deps.requests.get(change.id);
    if (!item) return { kind: 'missing' };
    const mine = item.events.some((event) => event.token === token);
    if (mine || (wrote && isEffective(item, wrote))) return { kind: 'changed', item };
    const input = change.input(item);
    if (!input) return { kind: 'refused', why: 'nothing to decide', item };
    const decision = decide(item, input, { now: deps.now(), timing: deps.timing, token });
    if (decision.kind === 'refused') return { kind: 'refused', why: decision.why, item };
    try {
      if (await deps.requests.write(item, decision.item)) return { kind: 'changed', item: decision.item };
      return { kind: 'again', wrote: input };
    } catch (error) {
      if (error instanceof StoreError) return { kind: 'again', wrote: input };
      throw error;
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'again' };
    throw error;
  }
}

/** 80 random bits, spelled in hex. */
export function newToken(random: () => number): string {
  return Array.from({ length: 5 }, () =>
    Math.floor(random() * 0x10000)
      .toString(16)
      .padStart(4, '0'),
  ).join('');
}
