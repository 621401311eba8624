import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { BotDeps } from '../deps.ts';
import type { Answering } from '../slack/respond-privately.ts';
import { whisper } from './click.ts';

interface Opening {
  readonly requestId: string;
  readonly view: View;
  /** What to click again where the dialog did not open in time. */
  readonly button: string;
}
interface Args extends Answering {
  readonly body: Answering['body'] & { readonly trigger_id: string };
  readonly client: Answering['client'] & Pick<WebClient, 'views'>;
}

/** Opens a dialog; one that comes too late for its trigger's 3 s (expired_trigger_id) is told. */
export async function openView(
  deps: Pick<BotDeps, 'log'>,
  args: Args,
  { button, requestId, view }: Opening,
): Promise<void> {
  try {
    await args.client.views.open({ trigger_id: args.body.trigger_id, view });
  } catch (error) {
    deps.log('warn', 'a dialog did not open', { requestId, error });
    await whisper(args, { kind: 'not opened', button });
  }
}
