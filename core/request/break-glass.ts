import type { Approval } from './approval.ts';
import { type Image, type ImageId, waitsForPeople } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import type { Reminder } from './reminding.ts';
import { imagesOf, type RequestItem } from './request.ts';

/**
 * One person of the rule's break-glass list lets waiting images in alone, with a reason; their own request too. What is
 * copied is still the pinned digest, and a second person owes it a look.
 */
export function breakGlass(item: RequestItem, input: InputOf<'breakGlass'>, { now }: Context): StepResult {
  const { by, configHash, reason } = input;
  if (item.state !== 'pending' && item.state !== 'running') return refuse('not open');
  const hit: ImageId[] = [];
  const images: Record<ImageId, Image> = {};
  for (const [id, image] of imagesOf(item)) {
    const may = waitsForPeople(image, now) && input.images.includes(id) && image.rule?.breakGlass;
    if (image.state !== 'ready' || !may) {
      images[id] = image;
      continue;
    }
    hit.push(id);
    const group = input.groups?.[id];
    const mine: Approval = { by, at: now, glass: true, ...(group && { group }) };
    const owed: Reminder = { as: 'review', at: input.reviewAt };
    images[id] = {
      ...image,
      state: 'queued',
      since: now,
      // Who has approved before keeps one approval: this one.
      approvals: [...image.approvals.filter((each) => each.by !== by), mine],
      review: { by, at: now, reason },
      reminders: [...(image.reminders ?? []), owed],
    };
  }
  if (hit.length === 0) return refuse('nothing to decide');
  const digests = hit.flatMap((id) => item.images[id]?.targetDigest ?? []);
  return {
    item: { ...item, images },
    events: [{ type: 'brokeGlass', by, images: hit, digests, configHash, reason }],
  };
}

/** A second person has looked. It changes nothing of the image; the debt is settled. */
export function confirmReview(
  item: RequestItem,
  { by, images: wanted }: InputOf<'confirmReview'>,
  { now }: Context,
): StepResult {
  const hit: ImageId[] = [];
  const images: Record<ImageId, Image> = {};
  for (const [id, image] of imagesOf(item)) {
    const { review } = image;
    const mine = review && !review.confirmed && wanted.includes(id) && mayReview(item, image, by);
    if (mine) hit.push(id);
    images[id] = mine ? { ...image, review: { ...review, confirmed: { by, at: now } } } : image;
  }
  if (hit.length === 0) return refuse('nothing to review');
  return { item: { ...item, images }, events: [{ type: 'reviewed', by, images: hit }] };
}

/** Neither who broke the glass nor who had asked for it. */
export const mayReview = (item: RequestItem, { review }: Image, by: string): boolean =>
  review !== undefined && review.by !== by && item.requester !== by;

/** Images that let one person in alone and that nobody has looked at since. */
export const reviewsOwed = (item: RequestItem): readonly (readonly [ImageId, Image])[] =>
  imagesOf(item).filter(([, { review }]) => review !== undefined && review.confirmed === undefined);
