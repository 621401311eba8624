import { aboutRequest, type Log } from '../../core/log.ts';
import type { Bells } from '../../core/queue/bell.ts';
import { decisionDue, due, notifyDue, workRingDue } from '../../core/request/due.ts';
import { remindDue } from '../../core/request/reminding.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Timing } from '../../core/request/timing.ts';
import type { ChangeRequest } from '../../core/store/change.ts';
import type { RequestStore } from '../../core/store/store.ts';
import { type SchedulesDeps, tickSchedules } from './schedules.ts';

export interface TickDeps {
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly timing: Timing;
  /** Nobody is reminded of anything then. */
  readonly isQuiet?: (at: number) => boolean;
  /** Absent = nobody here begins runs of schedules. */
  readonly schedules?: SchedulesDeps;
  readonly now: () => number;
  readonly log: Log;
}

/** More than this many are left for the next tick. */
const AT_ONCE = 200;

/**
 * The minute's look at what is due: what expired ends, what was forgotten is rung for again. Several ticks at the same
 * time do no harm: each change is conditional, and a ring too many changes nothing.
 */
export async function tick(deps: TickDeps): Promise<void> {
  for (const id of await deps.requests.findDue(deps.now(), AT_ONCE)) {
    try {
      await aboutRequest(id, () => tickRequest(deps, id));
    } catch (error) {
      deps.log('warn', 'a request could not be looked at', { requestId: id, error });
    }
  }
  if (deps.schedules) await tickSchedules(deps.schedules);
}

async function tickRequest(deps: TickDeps, id: string): Promise<void> {
  const { bells, requests, timing } = deps;
  const now = deps.now();
  // The index may lag: the item decides.
  let item = await requests.get(id);
  if (!item) return;
  if (isPast(decisionDue(item), now)) {
    const expired = await deps.change({ id, deadline: now + 5_000, input: () => ({ kind: 'expire' }) });
    if (expired.kind === 'changed') item = expired.item;
  }
  // The instants are never in quiet hours; a tick that is late may be.
  if (isPast(remindDue(item), now) && !deps.isQuiet?.(now)) {
    const reminded = await deps.change({ id, deadline: now + 5_000, input: () => ({ kind: 'remind' }) });
    if (reminded.kind === 'changed') item = reminded.item;
  }
  const work = isPast(workRingDue(item, timing), now);
  const say = isPast(notifyDue(item, timing), now);
  if (work) {
    await bells.work(id);
    const n = item.rung?.version === item.version ? item.rung.n + 1 : 0;
    const rung = { version: item.version, at: now, n };
    await park(deps, { ...item, rung });
  }
  if (say) await bells.notify(id);
  if (!work && !say) await park(deps, item);
}

async function park(deps: TickDeps, item: RequestItem): Promise<void> {
  const dueAt = due(item, deps.timing);
  if (dueAt === item.dueAt && item.rung === undefined) return;
  await deps.requests.park(item, { dueAt, ...(item.rung && { rung: item.rung }) });
}

const isPast = (time: number | undefined, now: number): boolean => time !== undefined && time <= now;
