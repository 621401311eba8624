import type { View } from '@slack/types';
import { clamp, LIMITS } from '../messages/limits.ts';

export interface TextForm {
  readonly callback: string;
  readonly requestId: string;
  readonly title: string;
  readonly submit: string;
  readonly block: string;
  readonly label: string;
  readonly hint: string;
}

/** A dialog that asks for one text. The request's id travels in private_metadata; all else is read from the item again. */
export const renderTextForm = ({
  block,
  callback,
  hint,
  label,
  requestId,
  submit,
  title,
}: TextForm): View => ({
  type: 'modal',
  callback_id: callback,
  private_metadata: requestId,
  title: { type: 'plain_text', text: clamp(title, LIMITS.modalTitle) },
  submit: { type: 'plain_text', text: clamp(submit, LIMITS.modalButton) },
  close: { type: 'plain_text', text: 'Back' },
  blocks: [
    {
      type: 'input',
      block_id: block,
      label: { type: 'plain_text', text: clamp(label, LIMITS.inputLabel) },
      hint: { type: 'plain_text', text: clamp(hint, LIMITS.inputLabel) },
      element: {
        type: 'plain_text_input',
        action_id: block,
        multiline: true,
        min_length: 1,
        max_length: TEXT_MAX,
      },
    },
  ],
});

/** Of reasons and questions: they are stored with the request for ever. */
export const TEXT_MAX = 1000;
