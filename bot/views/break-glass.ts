import { reviewAt } from '../../core/config/reminders.ts';
import { mayBreak } from '../actions/break-glass.ts';
import { changeAs } from '../actions/change-as.ts';
import { readRequest } from '../actions/click.ts';
import { lookUp } from '../actions/entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { senderOf } from '../sender.ts';
import { type SubmitArgs, submitted, textIn } from './submitted.ts';

/** Without so much of a reason nobody can review it later. */
const REASON_MIN = 10;

/** The reason was given: the images are let in now, on one person's name, and a review is owed. */
export async function breakGlassView(deps: BotDeps, args: SubmitArgs): Promise<void> {
  const reason = textIn(args, IDS.glassBlock);
  if (reason.length < REASON_MIN) {
    const problem = 'A reason is needed that a second person can judge later.';
    await args.ack({ response_action: 'errors', errors: { [IDS.glassBlock]: problem } });
    return;
  }
  await submitted(deps, args, breakGlass(deps, args, reason));
}

async function breakGlass(
  deps: BotDeps,
  args: SubmitArgs,
  reason: string,
): Promise<ClickRefusal | undefined> {
  const read = await readRequest(deps, args.view.private_metadata);
  if ('kind' in read) return read;
  const click = senderOf(args);
  const person = await lookUp(deps, read.item, click);
  if ('kind' in person) return person;
  const { config, configHash } = deps;
  return changeAs(deps, read.item, (now) => {
    const may = mayBreak(now, person, deps.now());
    if ('kind' in may) return { refusal: may };
    const reviewed = reviewAt(config.hours, deps.now());
    const how = { ...may, reason, configHash, reviewAt: reviewed };
    return { input: { kind: 'breakGlass', by: click.user, ...how } };
  });
}
