import pLimit from 'p-limit';
import type { Options } from './command-line.ts';
import type { Io } from './io.ts';
import { mirrorImage } from './mirror-image.ts';
import type { Outcome } from './outcome.ts';
import { formatTarget, type Pair } from './pair.ts';
import { openProgressLine } from './progress-line.ts';
import { jsonReport, plainReport, type Report } from './report.ts';
import { openSession } from './session.ts';

export interface ImageToRun {
  readonly line?: number;
  readonly pair: Pair;
}

export interface Run {
  readonly images: readonly ImageToRun[];
  /** What ended before anything was asked of a registry. */
  readonly refused: readonly Report[];
  readonly options: Options;
  readonly dryRun: boolean;
  /** A plan's blobs, one a line. */
  readonly detailed: boolean;
}

/** How many images are under way at once: each has blobs of its own. */
const IMAGES_MAX = 4;

/** Runs the images, tells each as it ends, and returns how often each kind of end came. One failure stops no other. */
export async function runImages(io: Io, run: Run): Promise<Readonly<Record<Outcome['kind'], number>>> {
  const { images, options } = run;
  const counts = { copied: 0, 'already there': 0, planned: 0, failed: 0 };
  const line = openProgressLine(io, { images: images.length, quiet: options.quiet });
  const tell = (report: Report): void => {
    counts[report.outcome.kind] += 1;
    line.clear();
    const { out, err } = options.json ? { out: jsonReport(report) } : plainReport(report, run.detailed);
    if (out !== undefined) io.out(out);
    if (err !== undefined) io.err(err);
  };
  for (const report of run.refused) tell(report);
  if (images.length === 0) return counts;

  const atOnce = Math.min(IMAGES_MAX, options.concurrency, images.length);
  const concurrency = Math.max(1, Math.floor(options.concurrency / atOnce));
  const session = await openSession({ pairs: images.map(({ pair }) => pair), options, io });
  const limit = pLimit(atOnce);
  const one = async ({ line: number, pair }: ImageToRun): Promise<void> => {
    if (io.signal.aborted) return;
    const name = formatTarget(pair.target);
    const asked = { pair, options };
    let outcome: Outcome;
    try {
      outcome = await mirrorImage(session, {
        ...asked,
        dryRun: run.dryRun,
        concurrency,
        signal: io.signal,
        onProgress: (progress) => line.update(name, progress),
      });
    } catch (error) {
      if (io.signal.aborted) return;
      // The catalogue is read when something fails, which most runs do without.
      const { explain } = await import('./explain.ts');
      outcome = { kind: 'failed', failure: await explain(error, asked) };
    }
    line.ended(name);
    tell({ asked, outcome, ...(number !== undefined && { line: number }) });
  };
  try {
    await Promise.all(images.map((image) => limit(() => one(image))));
  } finally {
    line.clear();
    await session.close();
  }
  return counts;
}
