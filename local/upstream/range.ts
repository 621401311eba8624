/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** RFC 9110, 14.1.2. Several ranges and malformed ones are answered in full, which is allowed: undefined. */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes };
  }
  const start = Number(from);
  if (start >= sizeBytes) return 'unsatisfiable';
  const end = to === '' ? sizeBytes : Math.min(sizeBytes, Number(to) + 1);
  return end > start ? { start, end } : undefined;
}
