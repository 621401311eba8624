import { imagesOf } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { changeAs } from './change-as.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';
import { hasSay, lookUp } from './entitlement.ts';

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
  const may = failed.some(([, image]) => hasSay(item, image, person));
  if (!may && user !== item.requester) {
    return person.groupsUnknown ? { kind: 'not checked' } : { kind: 'not an approver', image: first[1] };
  }
  return changeAs(deps, item, () => ({ input: { kind: 'retry', by: user } }), deadline);
}
