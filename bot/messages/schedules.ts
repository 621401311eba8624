import type { KnownBlock } from '@slack/types';
import type { Schedule } from '../../core/config/schema.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { isLookDue, type RunLook } from '../../core/request/scheduling.ts';
import { IDS } from '../ids.ts';
import { actions, context, type Message, message, plain, section } from './blocks.ts';
import { channel, code, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { listing, plural } from './words.ts';

export interface ShownSchedule {
  readonly schedule: Schedule;
  readonly channel: string;
  /** Epoch ms; absent = never. */
  readonly next?: number;
  /** Its newest run. */
  readonly run?: RequestItem;
  /** No good run since then, for longer than there should be. */
  readonly silentSince?: number;
}

/** A button a schedule: more do not fit beside their texts. */
const SHOWN_MAX = 20;

export function renderSchedules(all: readonly ShownSchedule[], paused: boolean): Message {
  if (all.length === 0) {
    return message('There are no schedules.', [
      plain('There are no schedules. Whoever keeps mirror.config.json adds some ("schedules").'),
    ]);
  }
  const shown = all.slice(0, SHOWN_MAX);
  return message(`${plural(all.length, 'schedule')}.`, [
    ...shown.flatMap(oneSchedule),
    ...(all.length > shown.length
      ? [plain(`and ${all.length - shown.length} more in mirror.config.json`)]
      : []),
    ...(paused ? [context(['Mirroring is paused: no run begins before it goes on.'])] : []),
  ]);
}

function oneSchedule({
  channel: where,
  next,
  run,
  schedule,
  silentSince,
}: ShownSchedule): readonly KnownBlock[] {
  const { cron, name, timeZone } = schedule;
  const due = next === undefined ? mrkdwn`no next run` : mrkdwn`next ${time(next)}`;
  const lines = [
    mrkdwn`*${name}*  ${watches(schedule)} · ${code(cron)} ${timeZone} · ${channel(where)}`,
    mrkdwn`${run ? lastRun(run) : 'not run yet'} · ${due}`,
    ...(silentSince === undefined
      ? []
      : [mrkdwn`⚠ no run has looked at everything since ${time(silentSince)}`]),
  ];
  const button = { action: IDS.runNow, text: 'Run now', value: name, label: `Run schedule ${name} now` };
  return [section(joined(lines, '\n')), actions(`${IDS.runNowBlock}_${name}`.slice(0, 255), [button])];
}

function watches({ images, tags, tracked }: Schedule): Mrkdwn {
  const parts = [
    ...(tracked === undefined ? [] : [mrkdwn`all tracked below ${code(tracked)}`]),
    ...(images.length > 0 ? [mrkdwn`${plural(images.length, 'image')}`] : []),
    ...tags.map(({ source }) => mrkdwn`tags of ${code(source)}`),
  ];
  return joined(parts, ', ');
}

function lastRun(run: RequestItem): Mrkdwn {
  const { schedule } = run;
  const by = schedule?.by === undefined ? mrkdwn`` : mrkdwn` by ${user(schedule.by)}`;
  if (isLookDue(run)) return mrkdwn`◐ looking${by} since ${time(run.createdAt)} (${run.id})`;
  const { looked } = schedule ?? {};
  if (!looked) return mrkdwn`✕ the run of ${time(run.createdAt)}${by} came to nothing (${run.id})`;
  const mark = looked.failed > 0 ? '⚠' : '✓';
  return mrkdwn`${mark} ${time(looked.at)}${by}: ${lookWords(looked)} (${run.id})`;
}

/** `12 images: 1 asked for, 11 unchanged`. */
function lookWords(look: RunLook): string {
  const words: readonly (readonly [number, string])[] = [
    [look.changed, 'asked for'],
    [look.unchanged, 'unchanged'],
    [look.waiting, 'still being decided'],
    [look.denied, 'denied before'],
    [look.young, 'too new'],
    [look.gone, 'gone at the source'],
    [look.failed, 'not looked at'],
  ];
  const said = words.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${plural(look.images, 'image')}${said.length > 0 ? `: ${listing(said)}` : ''}`;
}

export type RunNowAnswer =
  | { readonly kind: 'begun'; readonly id: string; readonly channel: string }
  | { readonly kind: 'looking'; readonly id: string }
  | {
      readonly kind:
        | 'not an approver'
        | 'not a full member'
        | 'not checked'
        | 'unsure'
        | 'unknown'
        | 'paused';
    };

/** What whoever clicked "Run now" reads alone. */
export function renderRunNow(name: string, answer: RunNowAnswer): Message {
  const said = (text: Mrkdwn): Message => message(text, [section(text)]);
  switch (answer.kind) {
    case 'begun':
      return said(
        mrkdwn`Schedule ${code(name)} looks now (${answer.id}). What has changed appears in ${channel(answer.channel)}; where nothing has, nothing is said.`,
      );
    case 'looking':
      return said(mrkdwn`Schedule ${code(name)} is looking already (${answer.id}).`);
    case 'not an approver':
      return said(
        mrkdwn`Only approvers of the schedule's team can run ${code(name)} now. Nothing was begun.`,
      );
    case 'not a full member':
      return said(mrkdwn`Only full members of this workspace can run a schedule. Nothing was begun.`);
    case 'not checked':
      return said(
        mrkdwn`Slack did not say whether you may run ${code(name)}, so nothing was begun. Click again in a minute.`,
      );
    case 'unsure':
      return said(
        mrkdwn`The database did not answer in time. Look with ${code('/mirror schedules')}; clicking again does no harm.`,
      );
    case 'unknown':
      return said(mrkdwn`There is no schedule ${code(name)} any more.`);
    case 'paused':
      return said(
        mrkdwn`Mirroring is paused, so nothing was begun. Whoever runs the mirror takes "paused" out.`,
      );
    default:
      return answer satisfies never;
  }
}
