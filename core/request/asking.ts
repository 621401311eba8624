import { MAX_EVENTS } from './event.ts';
import { waitsForPeople } from './image.ts';
import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import type { RequestItem } from './request.ts';

/** Of one request; who has more to say writes it in the thread. */
export const QUESTIONS_MAX = 20;

/** Somebody who may decide wants to know something first; nothing of the images changes by it. */
export function ask(item: RequestItem, input: InputOf<'ask'>, { now }: Context): StepResult {
  const { by, question } = input;
  const images = input.images.filter((id) => {
    const image = item.images[id];
    return image !== undefined && waitsForPeople(image, now);
  });
  if (images.length === 0) return refuse('nothing to decide');
  const asked = item.events.filter(({ type }) => type === 'asked').length;
  if (asked >= QUESTIONS_MAX || item.events.length >= MAX_EVENTS) return refuse('too many events');
  return { item, events: [{ type: 'asked', by, images, question }] };
}
