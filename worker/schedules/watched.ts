import { readScheduledImage } from '../../core/config/schedules.ts';
import type { Schedule, Team } from '../../core/config/schema.ts';
import type { Entry } from '../../core/request/image.ts';
import type { RunNote } from '../../core/request/scheduling.ts';
import { chooseTags } from '../../core/schedule/choose-tags.ts';
import { targetKey } from '../../core/store/table.ts';
import type { Tracked } from '../../core/store/tracked.ts';
import type { WorkerDeps } from '../deps.ts';
import { atSource } from '../jobs/trouble.ts';

/** One image that a schedule looks at. */
export interface Watched extends Entry {
  /** What is remembered of it, where it is tracked. */
  readonly tracked?: Tracked;
}

export interface WatchedList {
  readonly images: readonly Watched[];
  readonly notes: readonly RunNote[];
}

/**
 * Everything a schedule means now, each target once: its own list, what is tracked below its prefix, and the tags that its
 * rules choose of what the source has. A list of tags is no pull. Throws Trouble.
 */
export async function watchedBy(
  deps: WorkerDeps,
  {
    schedule,
    team,
    signal,
  }: { readonly schedule: Schedule; readonly team: Team; readonly signal: AbortSignal },
): Promise<WatchedList> {
  const found = new Map<string, Watched>();
  const notes: RunNote[] = [];
  const add = (image: Watched): void => {
    const key = targetKey(image.target);
    const place = `${key.pk} ${key.sk}`;
    if (!found.has(place)) found.set(place, image);
  };
  const read = (line: string): Entry | undefined => {
    const result = readScheduledImage(deps.config, team, line);
    if (result.ok) return result.image;
    notes.push({ kind: 'unread', source: line, why: result.problem });
    return undefined;
  };
  for (const line of schedule.images) {
    const image = read(line);
    if (image) add({ ...image, ...(await remembered(deps, image)) });
  }
  for (const rule of schedule.tags) {
    const line = rule.target === undefined ? rule.source : `${rule.source} ${rule.target}`;
    const base = read(line);
    if (!base) continue;
    const tags = await atSource(base.source, () => deps.sources.repository(base.source).listTags(signal));
    for (const tag of chooseTags(rule, tags)) {
      const image = { source: { ...base.source, tag }, target: { ...base.target, tag } };
      add({ ...image, ...(await remembered(deps, image)) });
    }
  }
  if (schedule.tracked !== undefined) {
    for (const { account, region } of deps.config.destinations) {
      for (const tracked of await deps.store.tracked.list({ account, region }, schedule.tracked)) {
        const { off, platforms, source, target } = tracked;
        if (!off) add({ source, target, ...(platforms && { platforms }), tracked });
      }
    }
  }
  return { images: [...found.values()], notes };
}

async function remembered({ store }: WorkerDeps, { target }: Entry): Promise<{ readonly tracked?: Tracked }> {
  const tracked = await store.tracked.get(target);
  return tracked ? { tracked } : {};
}
