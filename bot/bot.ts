import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Parts } from '../core/health/health.ts';
import { startConsumer } from '../core/queue/consumer.ts';
import { QUEUE_LIMITS } from '../core/queue/limits.ts';
import { watchQueue } from '../core/queue/watch.ts';
import type { BotHealthStore } from '../core/store/bot-health.ts';
import { bindListeners } from './app.ts';
import { openEdge, type SlackAccess } from './edge.ts';
import { enter } from './enter.ts';
import { answerDeadNotify } from './notifier/dead-letter.ts';
import { notify } from './notifier/notify.ts';
import { startWithoutQueue } from './notifier/watching-queue.ts';
import { startSelfChecking } from './self-checking.ts';
import { type BotService, CLICK_TIMEOUT_MS, openSpeaking } from './speaking.ts';

export interface BotOptions extends BotService {
  readonly access: SlackAccess;
  readonly sqs: SQSClient;
  readonly notifyQueueUrl: string;
  /** Where notify doorbells go that nobody could answer; without it nobody looks there. */
  readonly notifyDeadQueueUrl?: string | undefined;
  /** Where the bot leaves how it stands in Slack. */
  readonly health: BotHealthStore;
  readonly sleep: (ms: number) => Promise<void>;
}
export interface Bot {
  /** Takes no more clicks, finishes what runs, and says goodbye to Slack. */
  stop(): Promise<void>;
  readonly parts: Parts;
  /** Where Slack posts to; undefined in Socket Mode. */
  readonly slackUrl: string | undefined;
}

/** Listeners and notifier, over a socket to Slack or a port that Slack posts to. Rejects where Slack does not let the app in. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { access, change, config, log, metrics, now, requests, sleep, sqs } = options;
  const { listeners, notifier, slack, web } = openSpeaking(options, access);
  const edge = openEdge(access, { timeoutMs: CLICK_TIMEOUT_MS, now, log });
  bindListeners(edge.app, listeners);
  const entry = await enter(edge, { sleep, random: options.random, log });
  const watch = watchQueue({ queue: 'notify', slots: NOTIFIERS, metrics, now });
  const consumer = startConsumer({
    sqs,
    queueUrl: options.notifyQueueUrl,
    slots: NOTIFIERS,
    handle: (id) => notify(notifier, id),
    sleep,
    log,
    watch,
  });
  const { notifyDeadQueueUrl } = options;
  const dead =
    notifyDeadQueueUrl === undefined
      ? undefined
      : startConsumer({
          sqs,
          queueUrl: notifyDeadQueueUrl,
          slots: 1,
          handle: (requestId) => {
            metrics.count('mirror_dead_letters_total', { queue: 'notify' });
            return answerDeadNotify(notifier, listeners.tellOps, requestId);
          },
          leaveSeconds: QUEUE_LIMITS.deadLeaveSeconds,
          sleep,
          log,
        });
  const withoutQueue = startWithoutQueue({ notifier, requests, change, silentMs: watch.silentMs });
  const selfChecking = startSelfChecking({ web, config, now, store: options.health, log });
  return {
    slackUrl: edge.url(),
    parts: { slack: edge.health, 'slack token': slack.health, 'notify queue': watch.health },
    stop: async () => {
      selfChecking.stop();
      withoutQueue.stop();
      await entry.stop();
      await Promise.all([consumer.drain(), dead?.drain()]);
    },
  };
}

/** Requests whose story is told at the same time. */
const NOTIFIERS = 2;
