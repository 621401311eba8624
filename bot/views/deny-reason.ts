import type { View } from '@slack/types';
import { IDS } from '../ids.ts';
import { renderTextForm } from './text-form.ts';

/** Asks why. */
export const renderDenyReason = (requestId: string, what: string): View =>
  renderTextForm({
    callback: IDS.denyView,
    carries: requestId,
    title: 'Deny this image',
    submit: 'Deny',
    block: IDS.denyReasonBlock,
    label: `Why is ${what} not let in?`,
    hint: 'The requester reads this in the thread.',
  });
