import { channelOfSchedule, teamOfSchedule } from '../../core/config/schedules.ts';
import type { Schedule } from '../../core/config/schema.ts';
import { newRun, runTrigger } from '../../core/request/new-run.ts';
import { isLookDue } from '../../core/request/scheduling.ts';
import { putTriggered } from '../../core/store/put-request.ts';
import { CLICK_BUDGET_MS, type ViewDeps } from '../deps.ts';
import { inTime } from '../in-time.ts';
import { renderRunNow, type RunNowAnswer } from '../messages/schedules.ts';
import { type Sender, senderOf } from '../sender.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import type { ButtonArgs } from './click.ts';

/** Clicks within this are one run. */
const MINUTE_MS = 60_000;

/** "Run now": a run of the schedule, as if it were due. For approvers of its team; the clock's own runs are not touched. */
export async function runNowAction(deps: ViewDeps, args: ButtonArgs): Promise<void> {
  await args.ack();
  const name = args.action.value ?? '';
  const who = senderOf(args);
  const unsure = { kind: 'unsure' } as const;
  let answer: RunNowAnswer;
  try {
    answer = await inTime<RunNowAnswer>(runNow(deps, name, who), CLICK_BUDGET_MS, unsure);
  } catch (error) {
    deps.log('error', 'a schedule may not have been begun', { schedule: name, error });
    answer = unsure;
  }
  await respondPrivately(args, renderRunNow(name, answer));
}

async function runNow(deps: ViewDeps, name: string, who: Sender): Promise<RunNowAnswer> {
  const { config } = deps;
  const schedule = config.schedules.find((each) => each.name === name);
  if (!schedule) return { kind: 'unknown' };
  if (config.paused) return { kind: 'paused' };
  const refused = await mayRun(deps, schedule, who);
  if (refused) return { kind: refused };
  const row = await deps.schedules.get(name);
  const last = row?.run && (await deps.requests.get(row.run.id));
  if (last && isLookDue(last)) return { kind: 'looking', id: last.id };
  const now = deps.now();
  const slot = now - (now % MINUTE_MS);
  const channel = channelOfSchedule(config, schedule);
  const run = { name, slot, by: who.user };
  const { item } = await putTriggered(deps.requests, runTrigger(who.workspace, run), (id, hash) =>
    newRun({
      id,
      hash,
      workspace: who.workspace,
      channel,
      team: teamOfSchedule(config, schedule)?.id ?? 'default',
      schedule: run,
      now,
      timing: config.limits.timing,
    }),
  );
  const { version = 0, ...rest } = row ?? { since: now, lastSlot: now };
  // Another write may be first: then the list shows that run, and this one goes on all the same.
  await deps.schedules.write(name, version, { ...rest, run: { id: item.id, slot } });
  await deps.bells.work(item.id);
  return { kind: 'begun', id: item.id, channel };
}

/** Undefined = may. What Slack does not answer is a no. */
async function mayRun(
  deps: ViewDeps,
  schedule: Schedule,
  { user, workspace }: Sender,
): Promise<'not an approver' | 'not a full member' | 'not checked' | undefined> {
  const approvers = teamOfSchedule(deps.config, schedule)?.approvers ?? { users: [], userGroups: [] };
  try {
    if ((await deps.directory.memberKind(user, workspace)) !== 'full') return 'not a full member';
    if (approvers.users.includes(user)) return undefined;
    const groups = await deps.directory.groupsOf(user, approvers.userGroups);
    return groups.length > 0 ? undefined : 'not an approver';
  } catch (error) {
    deps.log('warn', 'Slack did not say who somebody is', { user, error });
    return 'not checked';
  }
}
