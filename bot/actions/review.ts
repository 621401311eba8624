import { mayReview, reviewsOwed } from '../../core/request/break-glass.ts';
import { authority } from '../../core/request/policy.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { changeAs, type Wish } from './change-as.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';
import { lookUp, type Person } from './entitlement.ts';

/** The button "Confirm the review": a second person has looked at what one let in alone. */
export async function reviewAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const refusal = await decided(deps, review(deps, args));
  await args.ack();
  if (refusal) await whisper(args, refusal);
}

async function review(deps: BotDeps, args: ButtonArgs): Promise<ClickRefusal | undefined> {
  const click = await readClick(deps, args);
  if (click.kind !== 'click') return click;
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return person;
  return changeAs(deps, click.item, (now) => wishOf(now, person));
}

/** Whoever may decide the image may review it, but neither who broke the glass nor who had asked for it. Pure. */
export function wishOf(item: RequestItem, person: Person): Wish {
  const owed = reviewsOwed(item);
  const [first] = owed;
  if (!first) return { refusal: { kind: 'reviewed', item } };
  const entitled = owed.filter(([, image]) => {
    const answer = authority(item, image, person);
    return answer.may || answer.why !== 'not an approver';
  });
  const images = entitled.filter(([, image]) => mayReview(item, image, person.id)).map(([id]) => id);
  if (images.length > 0) return { input: { kind: 'confirmReview', by: person.id, images } };
  if (entitled.length > 0) return { refusal: { kind: 'own review', image: first[1] } };
  return {
    refusal: person.groupsUnknown ? { kind: 'not checked' } : { kind: 'not an approver', image: first[1] },
  };
}
