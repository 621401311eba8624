import { type ImageId, waitsForPeople } from '../../core/request/image.ts';
import { authority } from '../../core/request/policy.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { aboutWhat } from '../messages/about.ts';
import { renderQuestionForm } from '../views/question-form.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { lookUp, type Person } from './entitlement.ts';
import { openView } from './open-view.ts';

/** The Ask button: a question to the requester, who answers by writing in the thread. For those who may decide. */
export async function askAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const click = await readClick(deps, args);
  await args.ack();
  if (click.kind !== 'click') return whisper(args, click);
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return whisper(args, person);
  const may = mayAsk(click.item, person, deps.now());
  if ('kind' in may) return whisper(args, may);
  const { id } = click.item;
  await openView(deps, args, {
    requestId: id,
    view: renderQuestionForm(id, aboutWhat(click.item)),
    button: 'Ask',
  });
}

/** The images that wait and that the person may decide, or has approved already; else why there are none. */
export function mayAsk(
  item: RequestItem,
  person: Person,
  now: number,
): { readonly images: readonly ImageId[] } | ClickRefusal {
  const waiting = imagesOf(item).filter(([, image]) => waitsForPeople(image, now));
  const [first] = waiting;
  if (!first) return { kind: 'decided', item };
  const answers = waiting.map(([id, image]) => ({ id, answer: authority(item, image, person) }));
  const images = answers.flatMap(({ answer, id }) =>
    answer.may || answer.why === 'already approved' ? [id] : [],
  );
  if (images.length > 0) return { images };
  const own = answers.some(({ answer }) => !answer.may && answer.why === 'own request');
  if (own) return { kind: 'own question' };
  return person.groupsUnknown ? { kind: 'not checked' } : { kind: 'not an approver', image: first[1] };
}
