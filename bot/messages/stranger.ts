import { type Message, message, plain } from './blocks.ts';

/** To somebody of another workspace, who sees the command in a shared channel. */
export const stranger = (): Message =>
  message('Only members of the workspace that runs this app can ask here.', [
    plain(
      'Only members of the workspace that runs this app can ask here. Nothing was asked for; somebody of that workspace can ask for you.',
    ),
  ]);
