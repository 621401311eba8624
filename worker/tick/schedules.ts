import { afterQuiet } from '../../core/config/hours.ts';
import { channelOfSchedule, teamOfSchedule } from '../../core/config/schedules.ts';
import type { Config, Schedule } from '../../core/config/schema.ts';
import type { Log } from '../../core/log.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Bells } from '../../core/queue/bell.ts';
import { newNotice, newRun, runTrigger } from '../../core/request/new-run.ts';
import { isLookDue } from '../../core/request/scheduling.ts';
import { period, slotDue } from '../../core/schedule/cron.ts';
import { type ScheduleRow, silentSince } from '../../core/schedule/schedule-row.ts';
import { newToken } from '../../core/store/change.ts';
import { putTriggered } from '../../core/store/put-request.ts';
import type { ScheduleStore } from '../../core/store/schedules.ts';
import type { RequestStore } from '../../core/store/store.ts';

export interface SchedulesDeps {
  readonly config: Config;
  readonly requests: RequestStore;
  readonly schedules: ScheduleStore;
  readonly bells: Bells;
  /** The workspace that a request without a requester belongs to; undefined until the bot has been in it. */
  readonly workspace: () => Promise<string | undefined>;
  readonly metrics?: Pick<Metrics, 'count'> | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Begins the runs that are due: the newest slot of each schedule, once, however many were missed and however many ticks
 * look. A run whose look is still under way is not overtaken. Nothing is begun while mirroring is paused; what was missed
 * is caught up with afterwards.
 */
export async function tickSchedules(deps: SchedulesDeps): Promise<void> {
  const { config, log } = deps;
  if (config.paused || config.schedules.length === 0) return;
  const workspace = await deps.workspace();
  if (workspace === undefined) {
    log('warn', 'schedules wait: the bot has not yet said which workspace it is in');
    return;
  }
  for (const schedule of config.schedules) {
    try {
      await tickSchedule(deps, schedule, workspace);
    } catch (error) {
      log('warn', 'a schedule could not be looked at; the next tick looks again', {
        schedule: schedule.name,
        error,
      });
    }
  }
}

async function tickSchedule(deps: SchedulesDeps, schedule: Schedule, workspace: string): Promise<void> {
  const { now: clock, schedules } = deps;
  const now = clock();
  const { name } = schedule;
  const row = await schedules.get(name);
  if (!row) {
    // Slots from before anybody wrote the schedule down are not missed ones.
    await schedules.write(name, 0, { since: now, lastSlot: now });
    return;
  }
  await raiseAlarm(deps, { schedule, workspace, row });
  const slot = dueSlot(schedule, row, now);
  if (slot === undefined || (await isLooking(deps, row))) return;
  const { version, againAt: _, ...rest } = row;
  const { isNew, item } = await putTriggered(
    deps.requests,
    runTrigger(workspace, { name, slot }),
    (id, hash) => newRun({ id, hash, ...runOf(deps, schedule, { slot, workspace }) }),
  );
  // Somebody else may have noted it: then they have put this very request too.
  await schedules.write(name, version, {
    ...rest,
    lastSlot: Math.max(row.lastSlot, slot),
    run: { id: item.id, slot },
  });
  if (!isNew) return;
  deps.log('info', 'a schedule begins to look', { requestId: item.id, schedule: name });
  deps.metrics?.count('mirror_runs_total', { outcome: 'begun' });
  await deps.bells.work(item.id);
}

/** The schedule's own slot, or the time at which something that was too young is old enough. */
function dueSlot(schedule: Schedule, { againAt, lastSlot }: ScheduleRow, now: number): number | undefined {
  const slot = slotDue(schedule, { last: lastSlot, now });
  if (slot !== undefined) return slot;
  return againAt !== undefined && againAt <= now ? againAt : undefined;
}

async function isLooking({ requests }: SchedulesDeps, { run }: ScheduleRow): Promise<boolean> {
  const item = run && (await requests.get(run.id));
  return item !== undefined && isLookDue(item);
}

/** What every request of a run has in common. */
function runOf(
  deps: Pick<SchedulesDeps, 'config' | 'now'>,
  schedule: Schedule,
  { slot, workspace }: { readonly slot: number; readonly workspace: string },
) {
  const { config } = deps;
  const now = deps.now();
  const sayFrom = afterQuiet(config.hours, now);
  return {
    workspace,
    channel: channelOfSchedule(config, schedule),
    team: teamOfSchedule(config, schedule)?.id ?? 'default',
    schedule: { name: schedule.name, slot, ...(sayFrom > now && { sayFrom }) },
    now,
    timing: config.limits.timing,
  };
}

interface Silence {
  readonly schedule: Schedule;
  readonly workspace: string;
  readonly row: ScheduleRow;
}

/** Said once for each silence, in the channel of those who run the mirror where there is one. */
async function raiseAlarm(deps: SchedulesDeps, { row, schedule, workspace }: Silence): Promise<void> {
  const now = deps.now();
  const since = silentSince(row, period(schedule, now), now);
  if (since === undefined || row.alarmedFor === since) return;
  const { name } = schedule;
  deps.log('error', 'a schedule had no good run for longer than its period and a day', {
    schedule: name,
    since: new Date(since).toISOString(),
  });
  deps.metrics?.count('mirror_runs_total', { outcome: 'missing' });
  const { config } = deps;
  const run = runOf(deps, schedule, { slot: since, workspace });
  const { item, isNew } = await putTriggered(
    deps.requests,
    `${workspace}/schedule/${name}/late/${since}`,
    (id, hash) =>
      newNotice({
        id,
        hash,
        ...run,
        channel: config.channels.ops ?? run.channel,
        notes: [{ kind: 'late', since }],
        token: newToken(deps.random),
      }),
  );
  const { version, ...rest } = row;
  await deps.schedules.write(name, version, { ...rest, alarmedFor: since });
  if (isNew) await deps.bells.notify(item.id);
}
