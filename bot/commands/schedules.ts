import { channelOfSchedule } from '../../core/config/schedules.ts';
import type { Schedule } from '../../core/config/schema.ts';
import { nextSlot } from '../../core/schedule/cron.ts';
import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderSchedules, type ShownSchedule } from '../messages/schedules.ts';
import { looking, mayLook, type Viewer } from './viewer.ts';

/** `/mirror schedules`: what is looked at by itself, when last and when next, and what came of it. */
export const schedules = (deps: ViewDeps, viewer: Viewer): Promise<Message> =>
  looking(deps, viewer, async () => {
    const refused = await mayLook(deps, viewer);
    if (refused) return refused;
    const shown = await Promise.all(deps.config.schedules.map((each) => show(deps, viewer, each)));
    return renderSchedules(shown, deps.config.paused);
  });

async function show(deps: ViewDeps, viewer: Viewer, schedule: Schedule): Promise<ShownSchedule> {
  const row = await deps.schedules.get(schedule.name);
  const item = row?.run && (await deps.requests.get(row.run.id));
  const next = nextSlot(schedule, deps.now());
  return {
    schedule,
    channel: channelOfSchedule(deps.config, schedule),
    ...(next !== undefined && { next: Math.min(next, row?.againAt ?? next) }),
    ...(item && item.workspace === viewer.workspace && { run: item }),
    ...(row?.alarmedFor !== undefined &&
      row.alarmedFor === (row.lastGoodAt ?? row.since) && { silentSince: row.alarmedFor }),
  };
}
