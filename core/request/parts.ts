import type { Entry, ImageId } from './image.ts';

/** As many images as one request takes. */
export const IMAGES_MAX = 25;

/** What one request each takes of a longer list, in its order; the images of each are numbered from `1`. */
export const inParts = (entries: readonly Entry[]): readonly Readonly<Record<ImageId, Entry>>[] =>
  Array.from({ length: Math.ceil(entries.length / IMAGES_MAX) }, (_, part) =>
    Object.fromEntries(
      entries.slice(part * IMAGES_MAX, (part + 1) * IMAGES_MAX).map((entry, at) => [String(at + 1), entry]),
    ),
  );
