import { isBelow } from '../oci/ecr-repository-name.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { Target } from '../request/image.ts';
import { cronProblem } from '../schedule/cron.ts';
import { tagRuleProblem } from '../schedule/choose-tags.ts';
import { targetOf } from './naming.ts';
import type { ConfigProblem } from './parse.ts';
import { isSourceAllowed } from './rules.ts';
import type { Config, Schedule, Team } from './schema.ts';

/** One image that a schedule names itself. */
export interface ScheduledImage {
  readonly source: Reference;
  readonly target: Target;
}

export type ScheduledImageResult =
  | { readonly ok: true; readonly image: ScheduledImage }
  | { readonly ok: false; readonly problem: string };

/** Whose rules, prefixes and approvers count: the schedule's team, else `default`, else the first. */
export function teamOfSchedule(config: Config, { team }: Pick<Schedule, 'team'>): Team | undefined {
  return config.teams.find(({ id }) => id === (team ?? 'default')) ?? config.teams[0];
}

/** Where its cards and notices go. */
export const channelOfSchedule = (config: Config, { channel }: Pick<Schedule, 'channel'>): string =>
  channel ?? config.channels.default;

/** `nginx:1.27-alpine` or `nginx:1.27-alpine base-images/nginx`, as one would type it behind /mirror. */
export function readScheduledImage(config: Config, team: Team, line: string): ScheduledImageResult {
  const [text = '', target, ...more] = line.trim().split(/\s+/);
  if (more.length > 0) return no('a line is a source and a target, and nothing else');
  const source = parseReference(text);
  if (!source.ok) return no(`${text} is not an image: ${source.problem.message}`);
  if (source.reference.digest !== undefined) return no(`${text} names a digest, which never changes`);
  if (!isSourceAllowed(config, source.reference)) {
    return no(`${source.reference.registry} is not among the sources`);
  }
  const place = targetOf(config, { team, source: source.reference, text: target });
  return place.ok
    ? { ok: true, image: { source: source.reference, target: place.target } }
    : no(place.failure.summary);
}

const no = (problem: string): ScheduledImageResult => ({ ok: false, problem });

/** What the schema cannot say of schedules, each with its place. */
export function scheduleProblems(config: Config): readonly ConfigProblem[] {
  return config.schedules.flatMap((schedule, at): readonly ConfigProblem[] => {
    const path = `schedules[${at}]`;
    const problems: ConfigProblem[] = [];
    const first = config.schedules.findIndex(({ name }) => name === schedule.name);
    if (first !== at) problems.push({ path, message: `${schedule.name} is there twice` });
    const cron = cronProblem(schedule.cron);
    if (cron !== undefined) problems.push({ path: `${path}.cron`, message: cron, example: '"0 2 * * 1"' });
    if (schedule.images.length === 0 && schedule.tags.length === 0 && schedule.tracked === undefined) {
      const message = `schedule ${schedule.name} looks at nothing: images, tags or tracked is needed`;
      problems.push({ path, message, example: '"tracked": "base-images"' });
    }
    if (schedule.team !== undefined && !config.teams.some(({ id }) => id === schedule.team)) {
      problems.push({ path: `${path}.team`, message: `there is no team ${schedule.team}` });
    }
    const team = teamOfSchedule(config, schedule);
    for (const [n, line] of schedule.images.entries()) {
      const read = team && readScheduledImage(config, team, line);
      if (read && !read.ok) problems.push({ path: `${path}.images[${n}]`, message: read.problem });
    }
    for (const [n, rule] of schedule.tags.entries()) {
      const place = `${path}.tags[${n}]`;
      const line = rule.target === undefined ? rule.source : `${rule.source} ${rule.target}`;
      const read = team && readScheduledImage(config, team, line);
      if (read && !read.ok) problems.push({ path: place, message: read.problem });
      const wrong = tagRuleProblem(rule);
      if (wrong !== undefined) problems.push({ path: place, message: wrong, example: '"semver": ">=1.25"' });
    }
    return problems;
  });
}

/** The schedules that look at a tracked image of this repository, or name this very target. */
export function schedulesFor(
  config: Config,
  target: Pick<Target, 'repository' | 'tag'>,
): readonly Schedule[] {
  return config.schedules.filter((schedule) => {
    if (schedule.tracked !== undefined && isBelow(target.repository, schedule.tracked)) return true;
    const team = teamOfSchedule(config, schedule);
    return (
      team !== undefined &&
      schedule.images.some((line) => {
        const read = readScheduledImage(config, team, line);
        const at = read.ok ? read.image.target : undefined;
        return at?.repository === target.repository && at.tag === target.tag;
      })
    );
  });
}
