import type { ModalView } from '@slack/types';
import type { Message } from '../messages/blocks.ts';

/** What became of a form, in its place: where there is no conversation to say it in, and where it is not sure. */
export const resultView = (title: string, { blocks }: Message): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: title },
  close: { type: 'plain_text', text: 'Close' },
  blocks,
});
