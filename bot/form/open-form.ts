import type { WebClient } from '@slack/web-api';
import type { ViewDeps } from '../deps.ts';
import { type FormOptions, renderForm } from './render-form.ts';

/**
 * Opens the form before anything else is done: a trigger lasts three seconds and serves once
 * (docs.slack.dev/interactivity/handling-user-interaction). False = Slack did not open it.
 */
export async function openForm(
  deps: Pick<ViewDeps, 'config' | 'log'>,
  { client, trigger }: { readonly client: WebClient; readonly trigger: string },
  options: FormOptions,
): Promise<boolean> {
  try {
    await client.views.open({ trigger_id: trigger, view: renderForm(deps.config, options) });
    return true;
  } catch (error) {
    deps.log('warn', 'the form did not open', { error });
    return false;
  }
}
