import type { View } from '@slack/types';
import { IDS } from '../ids.ts';
import { clamp, LIMITS } from '../messages/limits.ts';

/** Asks why. The request's id travels in private_metadata; everything else is read from the item again. */
export function renderDenyReason(requestId: string, what: string): View {
  return {
    type: 'modal',
    callback_id: IDS.denyView,
    private_metadata: requestId,
    title: { type: 'plain_text', text: 'Deny this image' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      {
        type: 'input',
        block_id: IDS.denyReasonBlock,
        label: { type: 'plain_text', text: clamp(`Why is ${what} not let in?`, LIMITS.inputLabel) },
        hint: { type: 'plain_text', text: 'The requester reads this in the thread.' },
        element: {
          type: 'plain_text_input',
          action_id: IDS.denyReasonInput,
          multiline: true,
          min_length: 1,
          max_length: 1000,
        },
      },
    ],
  };
}
