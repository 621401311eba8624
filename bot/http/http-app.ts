import { App } from '@slack/bolt';
import type { Log } from '../../core/log.ts';
import { boltLogger } from '../bolt-logger.ts';
import { webClientOptions } from '../slack/client.ts';
import type { HttpReceiver } from './receiver.ts';

export interface HttpAppOptions {
  readonly receiver: HttpReceiver;
  /** Asked for each request, so that a token that was changed counts without a new start. */
  readonly botToken: () => Promise<string>;
  /** Another Web API than slack.com's; ends in a slash. */
  readonly apiUrl?: string | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
}

/** A Bolt app over signed HTTP, before its listeners are bound; `app.init()` makes it ready. Slack is not asked. */
export function httpApp({ receiver, botToken, apiUrl, timeoutMs, log }: HttpAppOptions): App {
  return new App({
    receiver,
    authorize: async (_source, body) => ({ botToken: await botToken(), ...ownUser(body) }),
    clientOptions: webClientOptions(apiUrl, timeoutMs),
    logger: boltLogger(log),
    deferInitialization: true,
  });
}

/** Events say for whom they are sent: with it Bolt leaves alone what the app did itself. */
function ownUser(body: unknown): { readonly botUserId?: string } {
  if (typeof body !== 'object' || body === null || !('authorizations' in body)) return {};
  const [first]: unknown[] = Array.isArray(body.authorizations) ? body.authorizations : [];
  if (typeof first !== 'object' || first === null || !('user_id' in first)) return {};
  return typeof first.user_id === 'string' ? { botUserId: first.user_id } : {};
}
