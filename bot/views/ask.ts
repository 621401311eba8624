import { mayAsk } from '../actions/ask.ts';
import { changeAs } from '../actions/change-as.ts';
import { readRequest } from '../actions/click.ts';
import { lookUp } from '../actions/entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { senderOf } from '../sender.ts';
import { type SubmitArgs, submitted, textIn } from './submitted.ts';

/** The question was written: it is recorded, and told in the thread. */
export async function askView(deps: BotDeps, args: SubmitArgs): Promise<void> {
  const question = textIn(args, IDS.askBlock);
  if (question === '') {
    await args.ack({ response_action: 'errors', errors: { [IDS.askBlock]: 'A question is needed.' } });
    return;
  }
  await submitted(deps, args, ask(deps, args, question));
}

async function ask(deps: BotDeps, args: SubmitArgs, question: string): Promise<ClickRefusal | undefined> {
  const read = await readRequest(deps, args.view.private_metadata);
  if ('kind' in read) return read;
  const { item } = read;
  const click = senderOf(args);
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return person;
  return changeAs(deps, item, (now) => {
    const may = mayAsk(now, person, deps.now());
    if ('kind' in may) return { refusal: may };
    return { input: { kind: 'ask', by: click.user, images: may.images, question } };
  });
}
