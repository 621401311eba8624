import type { RequestEvent } from './event.ts';
import { type ImageId, isSettled } from './image.ts';
import { type InputOf, refuse, type StepResult } from './input.ts';
import type { RequestItem } from './request.ts';

/** Somebody who asked for the same while it was open. */
export interface Watcher {
  readonly image: ImageId;
  readonly by: string;
  /** Their own request, which was refused as joined. */
  readonly request: string;
  /** The number of the first event that they are told of: what was before, they did not join. Absent = all. */
  readonly from?: number;
}

/** More than these are told where to look instead. */
export const WATCHERS_MAX = 20;

/** Somebody else asked for the very same digest and target: they are told how it ends, and nobody decides twice. */
export function watch(item: RequestItem, input: InputOf<'watch'>): StepResult {
  const image = item.images[input.image];
  if (!image || isSettled(image) || image.targetDigest !== input.digest) return refuse('not open');
  const { watchers = [] } = item;
  if (isWatching(item, input)) return refuse('already watching');
  if (watchers.length >= WATCHERS_MAX) return refuse('too many watchers');
  const { image: id, by, request } = input;
  const from = item.events.length;
  return { item: { ...item, watchers: [...watchers, { image: id, by, request, from }] }, events: [] };
}

export const isWatching = (item: RequestItem, { image, by }: { image: ImageId; by: string }): boolean =>
  by === item.requester || (item.watchers ?? []).some((each) => each.image === image && each.by === by);

/**
 * Who is to be told of an event, each once, in the order in which they joined: a later one only comes behind, so that
 * what was told already stays where it was in the list.
 */
export function watchersOf(item: RequestItem, event: RequestEvent): readonly string[] {
  if (!('images' in event) || !isSettling(event)) return [];
  const people = (item.watchers ?? []).filter(
    ({ from = 0, image }) => event.images.includes(image) && from <= event.n,
  );
  return [...new Set(people.map(({ by }) => by))];
}

/** A copied image is settled by its scan; where the scan came first, for the gate, by its copy. */
function isSettling(event: RequestEvent): boolean {
  switch (event.type) {
    case 'denied':
    case 'cancelled':
    case 'expired':
    case 'left':
    case 'failed':
      return true;
    case 'copied':
      return event.settled === true;
    case 'scanned':
      return event.gate === undefined;
    default:
      return false;
  }
}
