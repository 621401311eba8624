import type { Progress } from '../copy/progress.ts';
import type { Io } from './io.ts';
import { bytes } from './units.ts';

/** One line on a terminal that says how far everything is, rewritten in place; nothing where there is no terminal. */
export interface ProgressLine {
  /** How far an image is; `image` is its target in full. */
  update(image: string, progress: Progress): void;
  /** The image has ended, well or not. */
  ended(image: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

const EVERY_MS = 100;
const CLEAR = '\r\u001B[K';

export function openProgressLine(
  io: Pick<Io, 'err' | 'now' | 'terminalWidth'>,
  { images, quiet }: { readonly images: number; readonly quiet: boolean },
): ProgressLine {
  const { terminalWidth: width } = io;
  if (width === undefined || quiet) return { update: () => {}, ended: () => {}, clear: () => {} };
  const under = new Map<string, Progress>();
  const startedAt = io.now();
  let before = 0;
  let done = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    update: (image, progress) => {
      under.set(image, progress);
      if (io.now() - shownAt < EVERY_MS) return;
      shownAt = io.now();
      shown = true;
      const moving = { images, done, under, movedBefore: before, tookMs: shownAt - startedAt };
      io.err(`${CLEAR}${progressText(moving).slice(0, width - 1)}`);
    },
    ended: (image) => {
      before += under.get(image)?.doneBytes ?? 0;
      under.delete(image);
      done += 1;
    },
    clear: () => {
      if (shown) io.err(CLEAR);
      shown = false;
      shownAt = Number.NEGATIVE_INFINITY;
    },
  };
}

export interface Moving {
  readonly images: number;
  /** Images that have ended. */
  readonly done: number;
  readonly under: ReadonlyMap<string, Progress>;
  /** Bytes of the images that have ended. */
  readonly movedBefore: number;
  readonly tookMs: number;
}

/** `45 %  12.3 MB of 27.1 MB  8.10 MB/s  3 of 9 blobs  nginx:1.21-alpine` */
export function progressText({ images, done, under, movedBefore, tookMs }: Moving): string {
  const all = [...under.values()];
  const sum = (of: (progress: Progress) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  const [moved, total] = [sum((each) => each.doneBytes), sum((each) => each.totalBytes)];
  const share = total === 0 ? 100 : Math.floor((100 * moved) / total);
  const speed = tookMs > 0 ? ((movedBefore + moved) * 1000) / tookMs : 0;
  const [first = ''] = under.keys();
  const more = under.size > 1 ? ` and ${under.size - 1} more` : '';
  return [
    ...(images > 1 ? [`${done} of ${images} images`] : []),
    `${share} %`,
    `${bytes(moved)} of ${bytes(total)}`,
    `${bytes(speed)}/s`,
    `${sum((each) => each.blobsDone)} of ${sum((each) => each.blobs)} blobs`,
    // The host is the longest part, and mostly the same for all.
    `${first.slice(first.indexOf('/') + 1)}${more}`,
  ].join('  ');
}
