import { MAX_EVENTS } from './event.ts';
import { type Image, type ImageId, waitsForPeople } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import { imagesOf, releaseLease, RESOLVE, type RequestItem } from './request.ts';
import { blank } from './resolving.ts';

const isOpen = (item: RequestItem): boolean => item.state === 'pending' || item.state === 'running';

/**
 * An approval counts for each image the person may decide; the last one needed queues it at once. What has expired is not
 * approved any more, also where the tick has not yet been by.
 */
export function approve(item: RequestItem, input: InputOf<'approve'>, context: Context): StepResult {
  if (!isOpen(item)) return refuse('not open');
  const hit: ImageId[] = [];
  const next = mapImages(item, (id, image) => {
    const waits = image.state === 'ready' && waitsForPeople(image, context.now);
    if (!waits || !input.images.includes(id) || !mayApprove(item, image, input.by)) return image;
    hit.push(id);
    const group = input.groups?.[id];
    const arn = input.arn === undefined ? {} : { arn: input.arn };
    const approval = { by: input.by, at: context.now, ...(group && { group }), ...arn };
    const approvals = [...image.approvals, approval];
    const enough = approvals.length >= (image.rule?.approvals ?? Number.POSITIVE_INFINITY);
    return enough ? { ...image, approvals, state: 'queued', since: context.now } : { ...image, approvals };
  });
  if (hit.length === 0) return refuse('nothing to decide');
  const digests = hit.flatMap((id) => item.images[id]?.targetDigest ?? []);
  const { by, configHash } = input;
  return {
    item: next,
    events: [{ type: 'approved', by, images: hit, digests, configHash, ...saying(input) }],
  };
}

/** What somebody said with it; of a decision by `mirror decide` also whose word it was. */
const saying = ({ arn, reason }: { readonly arn?: string; readonly reason?: string }) => ({
  ...(reason !== undefined && { reason }),
  ...(arn !== undefined && { arn }),
});

/** The requester's own approval never counts unless the rule says so; one person counts once. */
function mayApprove(item: RequestItem, image: Image, by: string): boolean {
  const own = by === item.requester && image.rule?.selfApproval !== true;
  return !own && !image.approvals.some((approval) => approval.by === by);
}

/** The first denial decides. */
export function deny(item: RequestItem, input: InputOf<'deny'>, context: Context): StepResult {
  if (!isOpen(item)) return refuse('not open');
  const hit: ImageId[] = [];
  const next = mapImages(item, (id, image) => {
    if (image.state !== 'ready' || !input.images.includes(id)) return image;
    hit.push(id);
    return { ...image, state: 'rejected', since: context.now };
  });
  if (hit.length === 0) return refuse('nothing to decide');
  return { item: next, events: [{ type: 'denied', by: input.by, images: hit, ...saying(input) }] };
}

/** Whatever is not yet being tagged can be taken back. */
export function cancel(item: RequestItem, input: InputOf<'cancel'>, context: Context): StepResult {
  if (item.state === 'resolving') {
    const images: Record<ImageId, Image> = {};
    for (const [id, entry] of Object.entries(item.entries)) {
      images[id] = blank(entry, context, { state: 'cancelled' });
    }
    const hit = Object.keys(images);
    return {
      item: releaseLease({ ...item, images, state: 'running' }, RESOLVE),
      events: [{ type: 'cancelled', by: input.by, images: hit, offered: false, ...saying(input) }],
    };
  }
  if (!isOpen(item)) return refuse('too late');
  const hit: ImageId[] = [];
  const next = mapImages(item, (id, image) => {
    const can = ['ready', 'queued', 'copying', 'pushed', 'held'].includes(image.state);
    if (!can || image.taggingAt !== undefined) return image;
    hit.push(id);
    // Nobody waits for its scan any more.
    const scan = image.scan === 'waiting' ? 'none' : image.scan;
    return { ...image, scan, state: 'cancelled', since: context.now };
  });
  if (hit.length === 0) return refuse('too late');
  return {
    item: hit.reduce(releaseLease, next),
    events: [{ type: 'cancelled', by: input.by, images: hit, offered: true, ...saying(input) }],
  };
}

/** Silence never approves: what nobody decided in time ends. */
export function expire(item: RequestItem, context: Context): StepResult {
  if (!isOpen(item)) return refuse('not open');
  const hit: ImageId[] = [];
  const next = mapImages(item, (id, image) => {
    const waits = image.state === 'ready' || image.state === 'held';
    if (!waits || image.expiresAt === undefined || image.expiresAt > context.now) return image;
    hit.push(id);
    return { ...image, state: image.state === 'ready' ? 'expired' : 'left', since: context.now };
  });
  if (hit.length === 0) return refuse('nothing expired');
  return { item: next, events: [{ type: 'expired', images: hit }] };
}

/** Failed images go back into the queue with what was approved; a finished request runs again. */
export function retry(item: RequestItem, input: InputOf<'retry'>, context: Context): StepResult {
  if (item.state !== 'finished' && item.state !== 'running') return refuse('not open');
  if (item.events.length >= MAX_EVENTS) return refuse('too many events');
  const hit: ImageId[] = [];
  const next = mapImages(item, (id, image) => {
    if (image.state !== 'failed') return image;
    hit.push(id);
    const { failure: _, ...rest } = image;
    // What the gate said of this digest stands.
    const scan = image.gate ? image.scan : 'none';
    return { ...rest, state: 'queued', since: context.now, attempt: 0, notBefore: 0, scan };
  });
  if (hit.length === 0) return refuse('nothing failed');
  return { item: { ...next, state: 'running' }, events: [{ type: 'retried', by: input.by, images: hit }] };
}

function mapImages(item: RequestItem, change: (id: ImageId, image: Image) => Image): RequestItem {
  const images: Record<ImageId, Image> = {};
  for (const [id, image] of imagesOf(item)) images[id] = change(id, image);
  return { ...item, images };
}
