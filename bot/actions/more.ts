import type { AllMiddlewareArgs, BlockOverflowAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { BotDeps } from '../deps.ts';
import { breakGlassAction } from './break-glass.ts';
import { cancelChoice } from './cancel-choice.ts';
import { whisper } from './click.ts';

export type MoreArgs = SlackActionMiddlewareArgs<BlockOverflowAction> & AllMiddlewareArgs;

/** What the menu on a card offers; a choice's value is one of these and the request's id. */
export const CHOICES = ['cancel', 'glass'] as const;
export type Choice = (typeof CHOICES)[number];

/** The menu on a card: each choice has a file of its own. */
export async function moreAction(deps: BotDeps, args: MoreArgs): Promise<void> {
  const [word, id = ''] = (args.action.selected_option.value ?? '').split(' ');
  const choice = CHOICES.find((each) => each === word);
  switch (choice) {
    case 'cancel':
      return cancelChoice(deps, args, id);
    case 'glass':
      await args.ack();
      return breakGlassAction(deps, args, id);
    case undefined:
      await args.ack();
      return whisper(args, { kind: 'unknown request' });
    default:
      return choice satisfies never;
  }
}
