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

/**
 * Levenshtein: how many letters have to be added, dropped or changed; undefined above the limit. What lies farther from
 * the diagonal than the limit cannot count and is not looked at.
 */
function distanceWithin(limit: number, a: string, b: string): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  const far = limit + 1;
  let row = new Uint16Array(b.length + 2).fill(far);
  let next = new Uint16Array(b.length + 2).fill(far);
  for (let j = 0; j <= b.length && j <= limit; j += 1) row[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const from = i > limit ? i - limit : 1;
    const to = i + limit < b.length ? i + limit : b.length;
    const letter = a.charCodeAt(i - 1);
    let left = from === 1 && i <= limit ? i : far;
    let least = left;
    next[from - 1] = left;
    for (let j = from; j <= to; j += 1) {
      const changed = (row[j - 1] ?? far) + (letter === b.charCodeAt(j - 1) ? 0 : 1);
      const dropped = (row[j] ?? far) + 1;
      left += 1;
      if (changed < left) left = changed;
      if (dropped < left) left = dropped;
      next[j] = left;
      if (left < least) least = left;
    }
    next[to + 1] = far;
    if (least > limit) return undefined;
    [row, next] = [next, row];
  }
  const distance = row[b.length] ?? far;
  return distance <= limit ? distance : undefined;
}
