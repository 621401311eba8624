const SHOWN = 3;

/** The tags that were most likely meant, nearest first; none when nothing is near. */
export function closestTags(wanted: string, tags: readonly string[]): readonly string[] {
  const limit = Math.max(2, Math.ceil(wanted.length / 2));
  return tags
    .map((tag) => ({ tag, distance: distance(wanted, tag) }))
    .filter((each) => each.distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.tag < b.tag ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ tag }) => tag);
}

/** Levenshtein: how many letters have to be added, dropped or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
