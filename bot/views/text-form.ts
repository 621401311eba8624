import type { KnownBlock, View } from '@slack/types';
import { clamp, LIMITS } from '../messages/limits.ts';

export interface TextForm {
  readonly callback: string;
  /** Of which request, or which image of it; all else is read from the item again. */
  readonly carries: string;
  readonly title: string;
  readonly submit: string;
  /** Above the field. */
  readonly above?: KnownBlock;
  /** Block and field have the same id. */
  readonly block: string;
  readonly label: string;
  readonly hint: string;
}

/** A dialog that asks for one text. */
export const renderTextForm = ({
  above,
  block,
  callback,
  carries,
  hint,
  label,
  submit,
  title,
}: TextForm): View => ({
  type: 'modal',
  callback_id: callback,
  private_metadata: carries,
  title: { type: 'plain_text', text: clamp(title, LIMITS.modalTitle) },
  submit: { type: 'plain_text', text: clamp(submit, LIMITS.modalButton) },
  close: { type: 'plain_text', text: 'Back' },
  blocks: [
    ...(above ? [above] : []),
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
