import { readEnvironment, SLACK_API_URL } from '../../core/lambda/environment.ts';
import type { LambdaService } from '../../core/lambda/service.ts';
import { openSecrets } from '../../core/secrets/open-secrets.ts';
import { botHealthStore } from '../../core/store/bot-health.ts';
import { answerDeadNotify } from '../notifier/dead-letter.ts';
import { notify } from '../notifier/notify.ts';
import { lookAtSelf } from '../self-checking.ts';
import { openSpeaking, type Speaking } from '../speaking.ts';
import { botService } from './bot-service.ts';
import { byToken } from './by-token.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface LambdaNotifier {
  /** Throws where the store does not answer, or no token is stored: the doorbell comes again. */
  notify(requestId: string): Promise<void>;
  /** Out of the dead-letter queue. Throws where the store does not answer: the message stays there. */
  deadLetter(requestId: string): Promise<void>;
  /** Writes how the bot stands in Slack into the table, as soon as a token is stored. */
  checkSelf(): Promise<void>;
}

export function openNotifier(service: LambdaService, env: Env): LambdaNotifier {
  const { config, dynamo, log, metrics, now } = service;
  const { slackSecret } = readEnvironment(env, ['slackSecret']);
  const apiUrl = env[SLACK_API_URL];
  const known = byToken(openSecrets({ now })(slackSecret), (botToken) =>
    botToken === undefined ? undefined : openSpeaking(botService(service), { botToken, apiUrl }),
  );
  const speakingNow = async (): Promise<Speaking> => {
    const speaking = await known();
    if (!speaking) throw new Error(NOT_STORED);
    return speaking;
  };
  return {
    notify: async (requestId) => {
      const { notifier } = await speakingNow();
      await notify(notifier, requestId);
    },
    deadLetter: async (requestId) => {
      metrics.count('mirror_dead_letters_total', { queue: 'notify' });
      const { listeners, notifier } = await speakingNow();
      await answerDeadNotify(notifier, listeners.tellOps, requestId);
    },
    checkSelf: async () => {
      const speaking = await known();
      if (!speaking) return log('warn', NOT_STORED);
      const { web } = speaking;
      await lookAtSelf({ web, config, now, store: botHealthStore(dynamo), log });
    },
  };
}

const NOT_STORED = 'no bot token is stored yet: npm run secrets:put';
