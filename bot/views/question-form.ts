import type { View } from '@slack/types';
import { IDS } from '../ids.ts';
import { renderTextForm } from './text-form.ts';

/** Asks what an approver wants to know. */
export const renderQuestionForm = (requestId: string, what: string): View =>
  renderTextForm({
    callback: IDS.askView,
    carries: requestId,
    title: 'Ask a question',
    submit: 'Ask',
    block: IDS.askBlock,
    label: `What do you want to know about ${what}?`,
    hint: 'The requester is asked in the thread and answers there. Nothing is decided by it.',
  });
