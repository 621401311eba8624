import { distanceWithin } from '../../core/nearest.ts';

const SHOWN = 3;

/** The tags that were most likely meant, nearest first; none when nothing is near. */
export function closestTags(wanted: string, tags: readonly string[]): readonly string[] {
  let near: { readonly tag: string; readonly distance: number }[] = [];
  let limit = Math.max(2, Math.ceil(wanted.length / 3));
  for (const tag of tags) {
    const distance = distanceWithin(limit, wanted, tag);
    if (distance === undefined) continue;
    near = [...near, { tag, distance }]
      .sort((a, b) => a.distance - b.distance || (a.tag < b.tag ? -1 : 1))
      .slice(0, SHOWN);
    // A repository can have a hundred thousand tags: what is farther than the third best is given up early.
    if (near.length === SHOWN) limit = near.at(-1)?.distance ?? limit;
  }
  return near.map(({ tag }) => tag);
}
