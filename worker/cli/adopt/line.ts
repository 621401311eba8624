import type { ServiceOptions } from '../service-line.ts';

/** `mirror adopt`, as it was typed. */
export interface AdoptLine {
  /** Of repositories in ECR: `base-images`. */
  readonly prefix: string;
  /** Lists of the job that copied until now; `-` is stdin. */
  readonly files: readonly string[];
  /** What the schedule that is proposed is called. */
  readonly name: string;
  /** Tells what would be written, and writes nothing. */
  readonly dryRun: boolean;
  readonly options: ServiceOptions;
}
