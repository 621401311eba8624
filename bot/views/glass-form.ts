import type { View } from '@slack/types';
import { IDS } from '../ids.ts';
import { renderTextForm } from './text-form.ts';

/** Asks why an image has to come in without the approvals of its rule. */
export const renderGlassForm = (requestId: string, what: string): View =>
  renderTextForm({
    callback: IDS.glassView,
    carries: requestId,
    title: 'Break the glass',
    submit: 'Let it in',
    block: IDS.glassBlock,
    label: `Why does ${what} have to come in now?`,
    hint: 'It is copied at once, on your name alone. The reason stands in the thread and in the ops channel, and a second person has to look at it afterwards.',
  });
