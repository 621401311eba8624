import { IDS } from '../ids.ts';
import { actions, type Message, message, section } from './blocks.ts';
import { code, mrkdwn } from './mrkdwn.ts';

const button = actions(IDS.homeBlock, [
  { action: IDS.openForm, text: 'Open the form', value: 'form', label: 'Open the form for an image' },
]);

/** The form did not come in time: a click has a trigger of its own. */
export const formNotOpened = (): Message =>
  message('Slack did not open the form in time.', [
    section(
      mrkdwn`Slack did not open the form in time. Click, or type the image: ${code('/mirror nginx:1.27-alpine')}`,
    ),
    button,
  ]);

/** A mention without anything in it: only a click can open a form. */
export const formOffered = (): Message =>
  message('Say which image, or open the form.', [
    section(mrkdwn`Say which image, as in ${code('@mirror nginx:1.27-alpine')}, or open the form.`),
    button,
  ]);

/** A list is written into a form, which only a command or a click can open. */
export const listOffered = (): Message =>
  message('A list is written into a form: type /mirror list in a channel.', [
    section(mrkdwn`A list is written into a form: type ${code('/mirror list')} in a channel.`),
  ]);
