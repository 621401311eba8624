import { isSettled } from './image.ts';
import { ITEM_MAX_BYTES, sizeOf } from './item-size.ts';
import { cancel, approve, deny, expire, retry } from './decisions.ts';
import { claim, copied, fail, postpone, pushed, tagging, yieldImage } from './copying.ts';
import { ask } from './asking.ts';
import { breakGlass, confirmReview } from './break-glass.ts';
import { delay } from './delaying.ts';
import { due } from './due.ts';
import { appendEvents, type EventBody } from './event.ts';
import type { Context, Input, Refusal, StepResult } from './input.ts';
import { imagesOf, type RequestItem } from './request.ts';
import { remind } from './reminding.ts';
import { leave, release } from './releasing.ts';
import { claimResolve, releaseResolve, resolved } from './resolving.ts';
import { scanned } from './scanning.ts';
import { looked } from './scheduling.ts';
import { watch } from './watching.ts';

export type Decision =
  | { readonly kind: 'changed'; readonly item: RequestItem }
  | { readonly kind: 'refused'; readonly why: Refusal };

/**
 * The request's life: what an input makes of an item, or why it changes nothing. Pure.
 * The caller writes the result on condition that the stored version is still `item.version`.
 */
export function decide(item: RequestItem, input: Input, context: Context): Decision {
  const step = apply(item, input, context);
  if ('refused' in step) return { kind: 'refused', why: step.refused };
  const settled = settle(step.item);
  const events: readonly EventBody[] = [...step.events, ...settled.events];
  const changed: RequestItem = {
    ...settled.item,
    version: item.version + 1,
    lastAt: context.now,
    events: events.length
      ? appendEvents(item.events, events, { at: context.now, token: context.token })
      : item.events,
  };
  if (MAY_WAIT.has(input.kind) && sizeOf(changed) > ITEM_MAX_BYTES)
    return { kind: 'refused', why: 'too large' };
  return { kind: 'changed', item: withDue(changed, due(changed, context.timing)) };
}

/** What only begins something can be refused for its size; what ends something always fits. */
const MAY_WAIT: ReadonlySet<Input['kind']> = new Set(['approve', 'ask', 'release', 'retry', 'watch']);

function apply(item: RequestItem, input: Input, context: Context): StepResult {
  switch (input.kind) {
    case 'claimResolve':
      return claimResolve(item, input, context);
    case 'releaseResolve':
      return releaseResolve(item, input, context);
    case 'looked':
      return looked(item, input, context);
    case 'resolved':
      return resolved(item, input, context);
    case 'approve':
      return approve(item, input, context);
    case 'breakGlass':
      return breakGlass(item, input, context);
    case 'confirmReview':
      return confirmReview(item, input, context);
    case 'ask':
      return ask(item, input, context);
    case 'remind':
      return remind(item, context);
    case 'deny':
      return deny(item, input, context);
    case 'release':
      return release(item, input, context);
    case 'leave':
      return leave(item, input, context);
    case 'cancel':
      return cancel(item, input, context);
    case 'expire':
      return expire(item, context);
    case 'delay':
      return delay(item, input);
    case 'retry':
      return retry(item, input, context);
    case 'watch':
      return watch(item, input);
    case 'claim':
      return claim(item, input, context);
    case 'yield':
      return yieldImage(item, input, context);
    case 'postpone':
      return postpone(item, input, context);
    case 'fail':
      return fail(item, input, context);
    case 'pushed':
      return pushed(item, input, context);
    case 'tagging':
      return tagging(item, input, context);
    case 'copied':
      return copied(item, input, context);
    case 'scanned':
      return scanned(item, input, context);
    default:
      return input satisfies never;
  }
}

/** A decided image sets the request running; the change that settles the last one finishes it. */
function settle(item: RequestItem): { item: RequestItem; events: readonly EventBody[] } {
  if (item.state !== 'pending' && item.state !== 'running') return { item, events: [] };
  const images = imagesOf(item).map(([, image]) => image);
  if (images.every(isSettled))
    return { item: { ...item, state: 'finished' }, events: [{ type: 'finished' }] };
  const started = images.some(({ state }) => ['queued', 'copying', 'pushed', 'held'].includes(state));
  return { item: started && item.state === 'pending' ? { ...item, state: 'running' } : item, events: [] };
}

export function withDue(item: RequestItem, dueAt: number | undefined): RequestItem {
  const { dueAt: _, ...rest } = item;
  return dueAt === undefined ? rest : { ...rest, dueAt };
}
