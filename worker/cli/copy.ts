import { complain } from './complain.ts';
import type { Options } from './command-line.ts';
import type { Io } from './io.ts';
import { parsePair, usesEcr } from './pair.ts';
import { runImages } from './run-images.ts';

export interface OneImage {
  readonly source: string;
  readonly target: string;
  readonly options: Options;
}

/** `mirror copy SRC DST`. Returns the exit code. */
export async function copy(io: Io, { source, target, options }: OneImage): Promise<number> {
  const parsed = parsePair(source, target);
  if (!parsed.ok) return complain(io, parsed.problem, parsed.suggestion);
  if (options.endpointUrl !== undefined && !usesEcr(parsed.pair)) {
    return complain(io, '--endpoint-url is for images in ECR, and neither of these is');
  }
  const { dryRun } = options;
  const images = [{ pair: parsed.pair }];
  const counts = await runImages(io, { images, refused: [], options, dryRun, detailed: dryRun });
  return counts.failed > 0 ? 1 : 0;
}
