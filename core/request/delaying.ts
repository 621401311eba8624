import type { EventBody, RequestEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { ImageId } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import { imagesOf, type RequestItem } from './request.ts';

interface Delay {
  readonly image: ImageId;
  readonly failure: Pick<Failure, 'code' | 'summary'>;
  /** When it is tried again, epoch ms. */
  readonly notBefore: number;
}

/**
 * A copy that waits for somebody else (the source, ECR) says so in the thread, once for each cause: as soon as it is clear
 * that it will have waited for longer than `tellCopyDelayMs` since people last heard of the image.
 */
export function copyDelay(
  item: RequestItem,
  { failure, image, notBefore }: Delay,
  { timing }: Context,
): readonly EventBody[] {
  const { code, summary } = failure;
  const heard = item.events.findLast((event) => concerns(event, image) && event.type !== 'delayed');
  if (notBefore - (heard?.at ?? item.createdAt) < timing.tellCopyDelayMs) return [];
  return isTold(item, code) ? [] : [{ type: 'delayed', images: [image], code, summary, until: notBefore }];
}

/**
 * What is waited for where no try has ended that could say so: a queue that is silent keeps all queued images, a registry
 * that does not answer keeps the copy of one.
 */
export function delay(item: RequestItem, input: InputOf<'delay'>): StepResult {
  const { code, image, summary } = input;
  const images = imagesOf(item).flatMap(([id, { state }]) =>
    (image === undefined ? state === 'queued' : id === image && state === 'copying') ? [id] : [],
  );
  if (images.length === 0 || isTold(item, code)) return refuse('nothing waits');
  return { item, events: [{ type: 'delayed', images, code, summary }] };
}

/** Since the last time that somebody set the request going. */
function isTold({ events }: RequestItem, code: string): boolean {
  const from = events.findLastIndex(({ type }) => type === 'retried' || type === 'offered');
  return events.slice(from + 1).some((event) => event.type === 'delayed' && event.code === code);
}

const concerns = (event: RequestEvent, image: ImageId): boolean =>
  'images' in event && event.images.includes(image);
