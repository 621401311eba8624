import type { Release } from './approval.ts';
import { type Image, type ImageId, waitsForPeople } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import { type Actor, approversNow, type Authority, entitledBy, isEntitled } from './policy.ts';
import type { People } from './recorded-rule.ts';
import { imagesOf, type RequestItem } from './request.ts';

/** Who may release or leave what the gate held: the gate's own people, else the rule's approvers. */
export const releasersOf = (image: Image): People => image.rule?.gate?.releasers ?? approversNow(image);

/** May this person release or leave this image? The requester only where the rule allows self approval. */
export function releaseAuthority(item: RequestItem, image: Image, actor: Actor): Authority {
  const entitled = entitledBy(releasersOf(image), actor);
  if (!entitled) return { may: false, why: 'not an approver' };
  if (actor.id === item.requester && image.rule?.selfApproval !== true) {
    return { may: false, why: 'own request' };
  }
  return { may: true, ...entitled };
}

/** Held, and still in time: what has expired is left, also where the tick has not yet been by. */
export const isReleasable = (image: Image, now: number): boolean =>
  image.state === 'held' && waitsForPeople(image, now);

/** May the tag be put? Where the rule has a gate: it said yes, or somebody entitled released the image. */
export function isGateOpen(item: RequestItem, image: Image): boolean {
  if (!image.rule?.gate) return true;
  return image.gate?.verdict === 'passed' || releaseFits(item, image);
}

/** Does what is on record fit the gate? Asked before an image is claimed; one that the gate was not asked about yet does. */
export const gateFits = (item: RequestItem, image: Image): boolean =>
  image.gate?.verdict !== 'held' || releaseFits(item, image);

function releaseFits(item: RequestItem, image: Image): boolean {
  const { released, rule } = image;
  if (!released) return false;
  const { by } = released;
  const entitled = isEntitled(releasersOf(image), released);
  return entitled && (by !== item.requester || rule?.selfApproval === true);
}

/** A person takes the findings on: the image goes on to its tag, with the digest that was approved. */
export function release(item: RequestItem, input: InputOf<'release'>, { now }: Context): StepResult {
  const { by, configHash, reason } = input;
  return onHeld(item, input.images, {
    may: (image) => isReleasable(image, now) && (by !== item.requester || image.rule?.selfApproval === true),
    change: (id, { failure: _, ...image }) => {
      const group = input.groups?.[id];
      const released: Release = { by, at: now, reason, ...(group && { group }) };
      return { ...image, state: 'queued', since: now, attempt: 0, notBefore: 0, released };
    },
    event: (images, digests) => ({ type: 'released', by, images, digests, reason, configHash }),
  });
}

/** A person lets it stay as it is: the bytes in ECR, and no tag. */
export function leave(item: RequestItem, input: InputOf<'leave'>, { now }: Context): StepResult {
  const { by, reason } = input;
  return onHeld(item, input.images, {
    may: ({ state }) => state === 'held',
    change: (_id, image) => ({ ...image, state: 'left', since: now }),
    event: (images) => ({ type: 'left', by, images, ...(reason !== undefined && { reason }) }),
  });
}

interface OnHeld {
  readonly may: (image: Image) => boolean;
  readonly change: (id: ImageId, image: Image) => Image;
  readonly event: (
    images: readonly ImageId[],
    digests: readonly NonNullable<Image['targetDigest']>[],
  ) => Extract<StepResult, { events: unknown }>['events'][number];
}

function onHeld(item: RequestItem, wanted: readonly ImageId[], { may, change, event }: OnHeld): StepResult {
  if (item.state !== 'running') return refuse('nothing held');
  const hit = imagesOf(item).flatMap(([id, image]) => (wanted.includes(id) && may(image) ? [id] : []));
  if (hit.length === 0) return refuse('nothing held');
  const images = Object.fromEntries(
    imagesOf(item).map(([id, image]) => [id, hit.includes(id) ? change(id, image) : image]),
  );
  const digests = hit.flatMap((id) => item.images[id]?.targetDigest ?? []);
  return { item: { ...item, images }, events: [event(hit, digests)] };
}
