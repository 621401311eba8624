import type { EventBody } from './event.ts';
import { type Failure, failures } from './failure.ts';
import type { Entry, Image } from './image.ts';
import { OFFER_MAX_BYTES, sizeOf } from './item-size.ts';
import { type Context, type InputOf, type Outcome, refuse, type StepResult } from './input.ts';
import { imagesOf, releaseLease, RESOLVE, type RequestItem } from './request.ts';

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
    return refuseAll(item, context, () => input.failure, input.failure.summary);
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
  const next = fitting(releaseLease({ ...item, images }, RESOLVE), context);
  if (item.dryRun) return planned(next);
  const of = (...states: Image['state'][]) =>
    imagesOf(next).flatMap(([id, image]) => (states.includes(image.state) ? [id] : []));
  const offered = of('ready', 'queued');
  const refused = of('refused');
  // What is not offered is told to its requester alone, also where others are; a run of a schedule has its card for it.
  const event = { type: 'refused', images: refused } as const;
  const told: readonly EventBody[] = refused.length > 0 && item.requester !== undefined ? [event] : [];
  if (offered.length > 0) {
    const state = of('ready').length > 0 ? 'pending' : 'running';
    return { item: { ...next, state }, events: [{ type: 'offered', images: offered }, ...told] };
  }
  const unchanged = of('unchanged');
  if (unchanged.length === 0) return { item: { ...next, state: 'refused' }, events: [event] };
  // Nothing to decide: the settling rule finishes it in the same change.
  return { item: { ...next, state: 'running' }, events: [...told, { type: 'unchanged', images: unchanged }] };
}

/** As many as one item can hold, in their order; those that have no room are refused with what to do about it. */
function fitting(item: RequestItem, context: Context): RequestItem {
  const images: Record<string, Image> = {};
  let size = sizeOf({ ...item, images });
  const of = Object.keys(item.entries).length;
  for (const [id, image] of imagesOf(item)) {
    const own = Buffer.byteLength(JSON.stringify({ [id]: image }));
    const fits = image.state === 'refused' || size + own <= OFFER_MAX_BYTES;
    const entry = item.entries[id] ?? image;
    const failure = failures.requestTooLarge({ source: image.source, images: of });
    images[id] = fits ? image : blank(entry, context, { state: 'refused', failure });
    size += fits ? own : Buffer.byteLength(JSON.stringify({ [id]: images[id] }));
  }
  return { ...item, images };
}

/** Only looked up: what would have been offered ends here, with all that is known of it. */
function planned(item: RequestItem): StepResult {
  const images: Record<string, Image> = {};
  for (const [id, image] of imagesOf(item)) {
    const { expiresAt: _, reminders: __, ...rest } = image;
    images[id] = image.state === 'ready' || image.state === 'queued' ? { ...rest, state: 'refused' } : image;
  }
  return {
    item: { ...item, state: 'refused', images },
    events: [{ type: 'planned', images: Object.keys(images) }],
  };
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

/** A run of a schedule that never came to its images has only the run to tell of. */
function withoutLook({ entries, schedule }: RequestItem, why: string): Pick<RequestItem, 'schedule'> {
  if (!schedule || Object.keys(entries).length > 0) return {};
  return { schedule: { ...schedule, notes: [{ kind: 'failed', why }] } };
}

function refuseAll(
  item: RequestItem,
  context: Context,
  why: (entry: Entry) => Failure,
  whole = 'it could not be looked up, time and again',
): StepResult {
  const images: Record<string, Image> = {};
  for (const [id, entry] of Object.entries(item.entries)) {
    images[id] = blank(entry, context, { state: 'refused', failure: why(entry) });
  }
  return {
    item: releaseLease({ ...item, state: 'refused', images, ...withoutLook(item, whole) }, RESOLVE),
    events: [{ type: 'refused', images: Object.keys(images) }],
  };
}
