import { copy, type OneImage } from './copy.ts';
import type { Io } from './io.ts';

/** `mirror plan SRC DST`: what a copy would do; nothing is written anywhere. Returns the exit code. */
export const plan = (io: Io, image: OneImage): Promise<number> =>
  copy(io, { ...image, options: { ...image.options, dryRun: true } });
