import pLimit from 'p-limit';
import { type Failure, mirrorCommand } from '../../core/request/failure.ts';
import type { Entry, ImageId } from '../../core/request/image.ts';
import type { Outcome } from '../../core/request/input.ts';
import { isSingle, RESOLVE, type RequestItem } from '../../core/request/request.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { gaveUp } from './gave-up.ts';
import type { ResolveJob } from './resolve-image.ts';
import { Trouble } from './trouble.ts';

type Deps = Pick<WorkerDeps, 'clock' | 'config' | 'log'>;

export interface LookUpAll {
  readonly item: RequestItem;
  readonly signal: AbortSignal;
  /** What one image is; throws Trouble. */
  readonly look: (job: ResolveJob) => Promise<Outcome>;
}

/** Of one list; each registry's own pace holds them back further. */
const AT_ONCE = 4;
/** After the first try that failed for a passing reason. */
export const BACKOFF_MS = 5_000;

/**
 * What each image of a request is. One bad image does not stop the others: what is final is its own outcome, and what may
 * pass is tried again with all of them only for a minute; then the others are offered without it. Throws Trouble where
 * nothing can be offered yet.
 */
export async function lookUpAll(
  deps: Deps,
  { item, look, signal }: LookUpAll,
): Promise<Readonly<Record<ImageId, Outcome>>> {
  const limit = pLimit(AT_ONCE);
  const looked = await Promise.all(
    Object.entries(item.entries).map(([id, entry]) =>
      limit(async () => ({ id, entry, found: await settled(look, { item, id, entry, signal }) })),
    ),
  );
  signal.throwIfAborted();
  const outcomes: Record<ImageId, Outcome> = {};
  const passing: { readonly id: ImageId; readonly entry: Entry; readonly trouble: Trouble }[] = [];
  for (const { entry, found, id } of looked) {
    if (found instanceof Trouble) passing.push({ id, entry, trouble: found });
    else outcomes[id] = found;
  }
  const [first] = passing;
  if (!first) return outcomes;
  const offers = Object.values(outcomes).some(({ kind }) => kind === 'offer');
  const isLast = !isSingle(item) && attemptOf(item) >= deps.config.limits.timing.resolveAttempts;
  if (!isLast && (!offers || isSoon(deps, item, first.trouble))) throw first.trouble;
  for (const { entry, id, trouble } of passing) {
    deps.log('warn', 'the others of a list are offered without it', {
      requestId: item.id,
      image: id,
      error: trouble,
    });
    outcomes[id] = { kind: 'refused', failure: askAgain(gaveUp(trouble.failure), entry) };
  }
  return outcomes;
}

/** Whether the next try comes before a look-up counts as long. */
function isSoon({ clock, config }: Deps, item: RequestItem, { failure, retryAt }: Trouble): boolean {
  const pause = backoffMs({ attempt: attemptOf(item), code: failure.code, random: 1 }, BACKOFF_MS);
  return (retryAt ?? clock.now() + pause) - item.createdAt < config.limits.timing.tellDelayMs;
}

const attemptOf = ({ work }: RequestItem): number => work[RESOLVE]?.attempt ?? 1;

/** Permanent troubles are outcomes of their image. */
async function settled(look: LookUpAll['look'], job: ResolveJob): Promise<Outcome | Trouble> {
  try {
    return await look(job);
  } catch (error) {
    job.signal.throwIfAborted();
    const trouble = Trouble.of(error, job.entry);
    return trouble.passing ? trouble : { kind: 'refused', failure: askAgain(trouble.failure, job.entry) };
  }
}

/** A refused request has no Retry button: where another try can help, the command is the way to it. */
export function askAgain(failure: Failure, { source, target, platforms }: Entry): Failure {
  if (!failure.retry || failure.command !== undefined) return failure;
  return { ...failure, command: mirrorCommand(source, target, platforms), retry: false };
}
