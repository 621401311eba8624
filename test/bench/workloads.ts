const MB = 1_000_000;

/** What is copied: images of one repository, by the sizes of their layers in bytes. */
export interface Workload {
  readonly name: 'small' | 'running' | 'multi' | 'big' | 'bulk';
  readonly tags: readonly string[];
  /** Layers that all images share. */
  readonly shared: readonly number[];
  /** An image manifest each; several under one tag are an index. */
  readonly platforms: readonly (readonly number[])[];
  /** Tags in flight at once, and blobs of each. */
  readonly tagsAtOnce: number;
  readonly blobsAtOnce: number;
}

/** `scale` makes big and multi smaller for a quick look; ratios want the real size. */
export function workloads(scale: number): readonly Workload[] {
  const sizes = (...millions: readonly number[]): readonly number[] =>
    millions.map((size) => Math.max(1_000, Math.round(size * MB * scale)));
  const one = { tags: ['v1'], shared: [], tagsAtOnce: 1 };
  return [
    { ...one, name: 'small', platforms: [[3 * MB]], blobsAtOnce: 4 },
    // The other tag is copied before: what is measured is the next image of a process that runs already.
    { ...one, name: 'running', tags: ['v1', 'before'], platforms: [[3 * MB]], blobsAtOnce: 4 },
    {
      ...one,
      name: 'multi',
      platforms: Array.from({ length: 4 }, () => sizes(30, 60, 5, 5, 6, 8, 11)),
      blobsAtOnce: 8,
    },
    { ...one, name: 'big', platforms: [sizes(1_000, 500, 300, 250, 200, 200)], blobsAtOnce: 4 },
    {
      name: 'bulk',
      tags: Array.from({ length: 40 }, (_one, n) => `app${n + 1}`),
      shared: [10 * MB, 10 * MB, 10 * MB],
      platforms: [[1 * MB]],
      tagsAtOnce: 4,
      blobsAtOnce: 4,
    },
  ];
}
