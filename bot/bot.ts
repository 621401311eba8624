import type { SQSClient } from '@aws-sdk/client-sqs';
import { WebClient } from '@slack/web-api';
import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Bells } from '../core/queue/bell.ts';
import { startConsumer } from '../core/queue/consumer.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { RequestStore } from '../core/store/store.ts';
import { bindListeners, type SlackAccess, socketModeApp } from './app.ts';
import { notify } from './notifier/notify.ts';
import { placer } from './notifier/place.ts';
import { slackClient, webClientOptions } from './slack/client.ts';
import { slackDirectory } from './slack/directory.ts';

export interface BotOptions {
  readonly access: SlackAccess;
  readonly config: Config;
  readonly configHash: string;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly sqs: SQSClient;
  readonly notifyQueueUrl: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}
export interface Bot {
  /** Takes no more clicks, finishes what runs, and says goodbye to Slack. */
  stop(): Promise<void>;
}

/** Listeners and notifier over one connection to Slack. Rejects where Slack does not let the app in. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { access, bells, change, config, log, now, requests } = options;
  const { timing } = config.limits;
  const web = new WebClient(access.botToken, webClientOptions(access.apiUrl, timing.postTimeoutMs));
  const slack = slackClient(web);
  const app = socketModeApp(access, { timeoutMs: CLICK_TIMEOUT_MS, log });
  const asked = new WebClient(access.botToken, webClientOptions(access.apiUrl, CLICK_TIMEOUT_MS));
  const directory = slackDirectory(asked, now);
  bindListeners(app, {
    config,
    configHash: options.configHash,
    requests,
    change,
    bells,
    directory,
    now,
    log,
  });
  await app.init();
  await app.start();
  const consumer = startConsumer({
    sqs: options.sqs,
    queueUrl: options.notifyQueueUrl,
    slots: NOTIFIERS,
    handle: (id) =>
      notify(
        {
          requests,
          slack,
          ring: bells.notify,
          timing,
          now,
          random: options.random,
          log,
          placeOf: placer(slack, config.channels.default),
        },
        id,
      ),
    sleep: options.sleep,
    log,
  });
  return {
    stop: async () => {
      await app.stop();
      await consumer.drain();
    },
  };
}

/** Asked before a click is answered, so well inside Slack's 3 s. */
const CLICK_TIMEOUT_MS = 1_500;
/** Requests whose story is told at the same time. */
const NOTIFIERS = 2;
