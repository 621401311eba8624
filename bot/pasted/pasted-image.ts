/** An image that a pasted text names, before anything of it was checked. */
export interface PastedImage {
  /** As `docker pull` would take it; empty where `problem` says why it cannot be told. */
  readonly source: string;
  readonly platforms?: readonly string[];
  /** From 1, as editors count. */
  readonly line: number;
  readonly problem?: string;
}

/** Each image once, by source and platforms; the first place counts. */
export function distinct(images: readonly PastedImage[]): readonly PastedImage[] {
  const seen = new Set<string>();
  return images.filter(({ source, platforms = [], problem }) => {
    const key = `${source} ${platforms.join(',')} ${problem ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
