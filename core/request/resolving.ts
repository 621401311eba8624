import { OFFER_MAX_BYTES, sizeOf } from './item-size.ts';
import type { EventBody } from './event.ts';
import { type Failure, failures } from './failure.ts';
import { type Context, type Input, type Outcome, refuse, type StepResult } from './input.ts';
import { type Entry, type Image, imagesOf, releaseLease, RESOLVE, type RequestItem } from './request.ts';

type InputOf<K extends Input['kind']> = Extract<Input, { kind: K }>;

export function claimResolve(
  item: RequestItem,
  input: InputOf<'claimResolve'>,
  context: Context,
): StepResult {
  if (item.state !== 'resolving') return refuse('not resolving');
  const lease = item.work[RESOLVE];
  if (lease && lease.until > context.now) return refuse('leased');
  const attempt = (lease?.attempt ?? 0) + 1;
  if (attempt > context.timing.resolveAttempts) {
    const attempts = attempt - 1;
    return refuseAll(item, context, ({ source }) => failures.resolveGaveUp({ source, attempts }));
  }
  const until = context.now + context.timing.leaseMs;
  const mine = { owner: input.owner, fence: (lease?.fence ?? 0) + 1, until, attempt };
  return { item: { ...item, work: { ...item.work, [RESOLVE]: mine } }, events: [] };
}

/** A passing trouble: the lease runs on without an owner until the next try, the last try ends the request. */
export function releaseResolve(
  item: RequestItem,
  input: InputOf<'releaseResolve'>,
  context: Context,
): StepResult {
  if (item.state !== 'resolving') return refuse('not resolving');
  const lease = item.work[RESOLVE];
  if (!lease || lease.owner !== input.owner || lease.fence !== input.fence) return refuse('lease lost');
  if ((lease.attempt ?? 0) >= context.timing.resolveAttempts) {
    return refuseAll(item, context, () => input.failure);
  }
  const work = { ...item.work, [RESOLVE]: { ...lease, owner: '', until: input.notBefore } };
  return { item: { ...item, work }, events: delayToTell(item, input, context) };
}

/** The requester sees nothing of a look-up but its end, so a long one says once what it waits for. */
function delayToTell(
  item: RequestItem,
  { failure, notBefore }: InputOf<'releaseResolve'>,
  { timing }: Context,
): readonly EventBody[] {
  const { code, summary } = failure;
  if (notBefore - item.createdAt < timing.tellDelayMs) return [];
  if (item.events.some((event) => event.type === 'delayed' && event.code === code)) return [];
  return [{ type: 'delayed', images: Object.keys(item.entries), code, summary, until: notBefore }];
}

export function resolved(item: RequestItem, input: InputOf<'resolved'>, context: Context): StepResult {
  if (item.state !== 'resolving') return refuse('not resolving');
  const lease = item.work[RESOLVE];
  if (!lease || lease.owner !== input.owner || lease.fence !== input.fence) return refuse('lease lost');
  const images: Record<string, Image> = {};
  for (const [id, entry] of Object.entries(item.entries)) {
    const outcome = input.outcomes[id];
    images[id] = outcome
      ? toImage(entry, outcome, context)
      : blank(entry, context, {
          state: 'refused',
          failure: failures.resolveGaveUp({ source: entry.source, attempts: 1 }),
        });
  }
  const next = releaseLease({ ...item, images }, RESOLVE);
  if (sizeOf(next) > OFFER_MAX_BYTES) {
    const images = Object.keys(item.entries).length;
    return refuseAll(item, context, ({ source }) => failures.requestTooLarge({ source, images }));
  }
  const of = (...states: Image['state'][]) =>
    imagesOf(next).flatMap(([id, image]) => (states.includes(image.state) ? [id] : []));
  const offered = of('ready', 'queued');
  if (offered.length > 0) {
    const state = of('ready').length > 0 ? 'pending' : 'running';
    return { item: { ...next, state }, events: [{ type: 'offered', images: offered }] };
  }
  const unchanged = of('unchanged');
  if (unchanged.length === 0) {
    return { item: { ...next, state: 'refused' }, events: [{ type: 'refused', images: of('refused') }] };
  }
  // Nothing to decide: the settling rule finishes it in the same change.
  return { item: { ...next, state: 'running' }, events: [{ type: 'unchanged', images: unchanged }] };
}

function toImage(entry: Entry, outcome: Outcome, context: Context): Image {
  switch (outcome.kind) {
    case 'offer': {
      const { kind: _, ...facts } = outcome;
      return blank(entry, context, { ...facts, state: facts.rule.decision === 'auto' ? 'queued' : 'ready' });
    }
    case 'refused':
      return blank(entry, context, { state: 'refused', failure: outcome.failure });
    case 'unchanged': {
      const { kind: _, ...facts } = outcome;
      return blank(entry, context, { ...facts, state: 'unchanged' });
    }
    default:
      return outcome satisfies never;
  }
}

export function blank(entry: Entry, context: Context, known: Partial<Image> & Pick<Image, 'state'>): Image {
  return { ...entry, approvals: [], since: context.now, attempt: 0, notBefore: 0, scan: 'none', ...known };
}

function refuseAll(item: RequestItem, context: Context, why: (entry: Entry) => Failure): StepResult {
  const images: Record<string, Image> = {};
  for (const [id, entry] of Object.entries(item.entries)) {
    images[id] = blank(entry, context, { state: 'refused', failure: why(entry) });
  }
  return {
    item: releaseLease({ ...item, state: 'refused', images }, RESOLVE),
    events: [{ type: 'refused', images: Object.keys(images) }],
  };
}
