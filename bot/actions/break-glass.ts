import type { Approval } from '../../core/request/approval.ts';
import { type ImageId, waitsForPeople } from '../../core/request/image.ts';
import { glassAuthority } from '../../core/request/policy.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { aboutWhat } from '../messages/about.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { renderGlassForm } from '../views/glass-form.ts';
import { readClick, whisper } from './click.ts';
import { groupOf, lookUp, type Person } from './entitlement.ts';
import type { MoreArgs } from './more.ts';
import { openView } from './open-view.ts';

/** The choice "Break the glass": a reason is asked for first; authority is checked now and again at the submission. */
export async function breakGlassAction(deps: BotDeps, args: MoreArgs, value: string): Promise<void> {
  const click = await readClick(deps, { body: args.body, action: { value } });
  if (click.kind !== 'click') return whisper(args, click);
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return whisper(args, person);
  const may = mayBreak(click.item, person, deps.now());
  if ('kind' in may) return whisper(args, may);
  const { id } = click.item;
  const view = renderGlassForm(id, aboutWhat(click.item));
  await openView(deps, args, { requestId: id, view, button: 'Break the glass' });
}

export interface Breakable {
  readonly images: readonly ImageId[];
  readonly groups: Readonly<Record<ImageId, NonNullable<Approval['group']>>>;
}

/** The waiting images that the person may let in alone; else why there are none. Pure. */
export function mayBreak(item: RequestItem, person: Person, now: number): Breakable | ClickRefusal {
  const waiting = imagesOf(item).filter(([, image]) => image.state === 'ready' && waitsForPeople(image, now));
  const [first] = waiting;
  if (!first) return { kind: 'decided', item };
  const images: ImageId[] = [];
  const groups: Record<ImageId, NonNullable<Approval['group']>> = {};
  for (const [id, image] of waiting) {
    const answer = glassAuthority(image, person);
    if (!answer.may) continue;
    images.push(id);
    if (answer.group !== undefined) groups[id] = groupOf(person, answer.group);
  }
  if (images.length > 0) return { images, groups };
  return person.groupsUnknown ? { kind: 'not checked' } : { kind: 'not on the glass list', image: first[1] };
}
