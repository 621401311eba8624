import { authority } from '../../core/request/policy.ts';
import { imagesOf } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { lookUp } from './entitlement.ts';

/** The Retry button: for the requester and for whoever may decide; what was approved stays what is copied. */
export async function retryAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const click = await readClick(deps, args);
  await args.ack();
  if (!click) return whisper(args, { kind: 'unknown request' });
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return whisper(args, person);
  const failed = imagesOf(click.item).filter(([, image]) => image.state === 'failed');
  const [first] = failed;
  if (!first) return whisper(args, { kind: 'decided', item: click.item });
  const may = failed.some(([, image]) => {
    const answer = authority(click.item, image, person);
    return answer.may || answer.why === 'already approved';
  });
  if (!may && click.user !== click.item.requester) {
    return whisper(args, { kind: 'not an approver', image: first[1] });
  }
  const changed = await deps.change({
    id: click.item.id,
    deadline: deps.now() + CLICK_BUDGET_MS,
    input: () => ({ kind: 'retry', by: click.user }),
  });
  if (changed.kind === 'changed') {
    await Promise.all([deps.bells.work(click.item.id), deps.bells.notify(click.item.id)]);
    return;
  }
  if (changed.kind === 'refused') return whisper(args, { kind: 'decided', item: changed.item });
  return whisper(args, { kind: changed.kind === 'unsure' ? 'unsure' : 'unknown request' });
}
