import type { Image, ImageId } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult, withImage } from './input.ts';
import { copyDelay } from './delaying.ts';
import type { EventBody } from './event.ts';
import { failures } from './failure.ts';
import { approvalsFit } from './policy.ts';
import { gateFits, isGateOpen } from './releasing.ts';
import { releaseLease, type RequestItem } from './request.ts';

interface Held {
  readonly image: ImageId;
  readonly owner: string;
  readonly fence: number;
}

/** One worker takes one image: a queued one, or one whose worker was not heard of for a lease's length. */
export function claim(item: RequestItem, input: InputOf<'claim'>, context: Context): StepResult {
  const image = item.images[input.image];
  const lease = item.work[input.image];
  if (!image || !isClaimable(item, input.image, context.now)) return refuse('not claimable');
  // The last look before bytes move: what was recorded at the decisions, not what the caller believes.
  if (!approvalsFit(item, image) || !gateFits(item, image)) {
    const failure = failures.approvalsUnfit({ source: image.source, rule: image.rule?.name ?? 'none' });
    const ended = withImage(item, input.image, { ...image, state: 'failed', since: context.now, failure });
    return { item: releaseLease(ended, input.image), events: [failedEvent(input.image, failure.code)] };
  }
  const { yielded, failure: _, ...rest } = image;
  const attempt = image.attempt + (yielded ? 0 : 1);
  const mine = {
    owner: input.owner,
    fence: (lease?.fence ?? 0) + 1,
    until: context.now + context.timing.leaseMs,
  };
  const next = withImage(item, input.image, { ...rest, state: 'copying', attempt, since: context.now });
  return { item: { ...next, work: { ...next.work, [input.image]: mine } }, events: [] };
}

export function isClaimable(item: RequestItem, id: ImageId, now: number): boolean {
  const image = item.images[id];
  if (!image) return false;
  if (image.state === 'queued') return image.notBefore <= now;
  return image.state === 'copying' && (item.work[id]?.until ?? 0) <= now;
}

/** Given back by its holder on purpose (shutdown, deadline): no new attempt if something was done. */
export function yieldImage(item: RequestItem, input: InputOf<'yield'>, context: Context): StepResult {
  const image = held(item, input);
  if (!image) return refuse('lease lost');
  const next = {
    ...image,
    state: 'queued',
    since: context.now,
    notBefore: 0,
    yielded: input.progressed,
  } as const;
  return release(item, input.image, next);
}

/** A passing trouble: tried again from `notBefore` on; the thread says what is waited for. */
export function postpone(item: RequestItem, input: InputOf<'postpone'>, context: Context): StepResult {
  const image = held(item, input);
  if (!image) return refuse('lease lost');
  const { notBefore, failure } = input;
  const step = release(item, input.image, {
    ...image,
    state: 'queued',
    since: context.now,
    notBefore,
    failure,
  });
  return { ...step, events: copyDelay(item, input, context) };
}

export function fail(item: RequestItem, input: InputOf<'fail'>, context: Context): StepResult {
  const image = held(item, input);
  if (!image) return refuse('lease lost');
  const { failure } = input;
  const step = release(item, input.image, { ...image, state: 'failed', since: context.now, failure });
  return { ...step, events: [failedEvent(input.image, failure.code)] };
}

const failedEvent = (image: ImageId, code: string): EventBody => ({ type: 'failed', images: [image], code });

/**
 * All bytes are in ECR and the gate has not been asked yet: the image waits for its scan without a lease. Looks at the
 * scan find it from now on.
 */
export function pushed(item: RequestItem, input: InputOf<'pushed'>, context: Context): StepResult {
  const image = held(item, input);
  const digest = image?.targetDigest;
  if (!image || !digest) return refuse('lease lost');
  if (isGateOpen(item, image)) return refuse('gate open');
  const { failure: _, yielded: __, ...rest } = image;
  const { repositoryUri, result } = input;
  const waiting = { scan: 'waiting', scanFrom: context.now } as const;
  const next = { ...rest, ...waiting, state: 'pushed', since: context.now, repositoryUri } as const;
  const step = release(item, input.image, { ...next, pushed: result });
  return { ...step, events: [{ type: 'pushed', images: [input.image], digest }] };
}

/**
 * Written before each PUT of the tag: from here on nobody can cancel, and a tag that holds the digest is ours. The time
 * is the last PUT's: until its deadline and the grace are over the tag may still appear.
 */
export function tagging(item: RequestItem, input: InputOf<'tagging'>, context: Context): StepResult {
  const image = held(item, input);
  if (!image) return refuse('lease lost');
  // Nothing else stands between a held image and its tag: whoever writes the mark, this is the last look.
  if (!isGateOpen(item, image)) return refuse('gate closed');
  return {
    item: withImage(item, input.image, { ...image, taggingAt: context.now }),
    events: [],
  };
}

/** The tag stands and was verified. Without our mark somebody else had put it: nothing was changed by us. */
export function copied(item: RequestItem, input: InputOf<'copied'>, context: Context): StepResult {
  const image = held(item, input);
  const digest = image?.targetDigest;
  if (!image || !digest) return refuse('lease lost');
  const as = image.taggingAt === undefined ? 'unchanged' : 'copied';
  const scan = image.scan === 'none' ? ({ scan: 'waiting', scanFrom: context.now } as const) : {};
  const { failure: _, ...rest } = image;
  const { repositoryUri, result } = input;
  const step = release(item, input.image, {
    ...rest,
    ...scan,
    state: as,
    since: context.now,
    repositoryUri,
    result,
  });
  // With a gate the findings were there before the tag.
  const settled = image.scan !== 'none' && image.scan !== 'waiting' && ({ settled: true } as const);
  return { ...step, events: [{ type: 'copied', images: [input.image], digest, as, ...settled }] };
}

function held(item: RequestItem, input: Held): Image | undefined {
  const image = item.images[input.image];
  const lease = item.work[input.image];
  const mine = image?.state === 'copying' && lease?.owner === input.owner && lease.fence === input.fence;
  return mine ? image : undefined;
}

function release(item: RequestItem, id: ImageId, image: Image): { item: RequestItem; events: readonly [] } {
  return { item: releaseLease(withImage(item, id, image), id), events: [] };
}
