import type { LambdaContext } from './event.ts';

/** The invocation is about to end: what runs is given back, and goes on in the next one. */
export class OutOfTime extends Error {
  constructor() {
    super('the time of this invocation is nearly up');
    this.name = 'OutOfTime';
  }
}

export interface Deadline {
  /** Aborted with OutOfTime while there is still time to write down how far one came. */
  readonly signal: AbortSignal;
  end(): void;
}

/** Enough for a few writes to a slow table. Of a short invocation it is a third, so that there is any time at all. */
const MARGIN_MS = 30_000;

export function deadlineOf(context: Pick<LambdaContext, 'getRemainingTimeInMillis'>): Deadline {
  const left = context.getRemainingTimeInMillis();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new OutOfTime()), left - Math.min(MARGIN_MS, left / 3));
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
