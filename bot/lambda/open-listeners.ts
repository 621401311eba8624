import { readEnvironment, SLACK_API_URL } from '../../core/lambda/environment.ts';
import type { LambdaService } from '../../core/lambda/service.ts';
import { openSecrets } from '../../core/secrets/open-secrets.ts';
import { parseSlackSecret } from '../../core/secrets/slack-secret.ts';
import { bindListeners } from '../app.ts';
import { httpApp } from '../http/http-app.ts';
import { httpReceiver, type Receiving, type SlackRequest } from '../http/receiver.ts';
import { CLICK_TIMEOUT_MS, openSpeaking } from '../speaking.ts';
import { botService } from './bot-service.ts';
import { byToken } from './by-token.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Bolt and the listeners over what Slack posts, one request at a time. */
export interface LambdaListeners {
  /** Rejects where the secret was never read and cannot be read now. */
  receive(request: SlackRequest): Promise<Receiving>;
}

export function openListeners(service: LambdaService, env: Env): LambdaListeners {
  const { log, now } = service;
  const { slackSecret } = readEnvironment(env, ['slackSecret']);
  const apiUrl = env[SLACK_API_URL];
  const secret = openSecrets({ now })(slackSecret);
  // Asked for while the rest of the module is still being loaded. Whoever needs it asks again if this fails.
  secret.read().catch(() => {});
  const receiverNow = byToken(secret, async (botToken = '') => {
    const receiver = httpReceiver({
      secrets: async (fresh) => {
        const found = parseSlackSecret(await secret.read(fresh));
        return found ? [found.signingSecret] : [];
      },
      now,
      log,
    });
    const app = httpApp({
      receiver,
      botToken: async () => botToken,
      apiUrl,
      timeoutMs: CLICK_TIMEOUT_MS,
      log,
    });
    bindListeners(app, openSpeaking(botService(service), { botToken, apiUrl }).listeners);
    await app.init();
    return receiver;
  });
  return { receive: async (request) => (await receiverNow()).receive(request) };
}
