import { authority } from '../../core/request/policy.ts';
import { imagesOf } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';
import { lookUp } from './entitlement.ts';

/** The Retry button: for the requester and for whoever may decide; what was approved stays what is copied. */
export async function retryAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const refusal = await decided(deps, retry(deps, args));
  await args.ack();
  if (refusal) await whisper(args, refusal);
}

async function retry(deps: BotDeps, args: ButtonArgs): Promise<ClickRefusal | undefined> {
  const deadline = deps.now() + CLICK_BUDGET_MS;
  const click = await readClick(deps, args);
  if (click.kind !== 'click') return click;
  const { item, user } = click;
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return person;
  const failed = imagesOf(item).filter(([, image]) => image.state === 'failed');
  const [first] = failed;
  if (!first) return { kind: 'decided', item };
  const may = failed.some(([, image]) => {
    const answer = authority(item, image, person);
    return answer.may || answer.why === 'already approved';
  });
  if (!may && user !== item.requester) {
    return person.groupsUnknown ? { kind: 'not checked' } : { kind: 'not an approver', image: first[1] };
  }
  const changed = await deps.change({ id: item.id, deadline, input: () => ({ kind: 'retry', by: user }) });
  switch (changed.kind) {
    case 'changed':
      await Promise.all([deps.bells.work(item.id), deps.bells.notify(item.id)]);
      return undefined;
    case 'refused':
      return { kind: 'decided', item: changed.item };
    case 'unsure':
      return { kind: 'unsure' };
    case 'missing':
      return { kind: 'unknown request' };
    default:
      return changed satisfies never;
  }
}
