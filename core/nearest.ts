/**
 * Levenshtein: how many letters have to be added, dropped or changed; undefined above the limit. What lies farther from
 * the diagonal than the limit cannot count and is not looked at.
 */
export function distanceWithin(limit: number, a: string, b: string): number | undefined {
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

/** Two neighbours in the wrong order are one slip of the fingers and not two. */
const swapped = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, n) => letter !== b[n]);
  return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
};

/** The one that was most likely meant: a third of its letters at most may be wrong. Undefined where none is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const limit = Math.max(1, Math.floor(each.length / 3));
    const distance = swapped(typed, each) ? 1 : distanceWithin(limit, typed, each);
    if (distance === undefined || distance >= least) continue;
    best = each;
    least = distance;
  }
  return best;
}
