import type { SQSClient } from '@aws-sdk/client-sqs';
import { WebClient } from '@slack/web-api';
import type { Config } from '../core/config/schema.ts';
import type { Parts } from '../core/health/health.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Bells } from '../core/queue/bell.ts';
import { startConsumer } from '../core/queue/consumer.ts';
import { QUEUE_LIMITS } from '../core/queue/limits.ts';
import { watchQueue } from '../core/queue/watch.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { BotHealthStore } from '../core/store/bot-health.ts';
import type { Finder } from '../core/store/finder.ts';
import type { HomeStore } from '../core/store/homes.ts';
import type { ScheduleStore } from '../core/store/schedules.ts';
import type { RequestStore } from '../core/store/store.ts';
import type { TrackedStore } from '../core/store/tracked.ts';
import { bindListeners } from './app.ts';
import { openEdge, type SlackAccess } from './edge.ts';
import type { ViewDeps } from './deps.ts';
import { enter } from './enter.ts';
import { answerDeadNotify } from './notifier/dead-letter.ts';
import type { NotifierDeps } from './notifier/deps.ts';
import { redrawHomes } from './home/redraw.ts';
import { notify } from './notifier/notify.ts';
import { placer } from './notifier/place.ts';
import { startWithoutQueue } from './notifier/watching-queue.ts';
import { startSelfChecking } from './self-checking.ts';
import { slackClient, webClientOptions } from './slack/client.ts';
import { countedSlack } from './slack/counted.ts';
import { slackDirectory } from './slack/directory.ts';
import { slackLinks } from './slack/links.ts';
import { opsLine } from './slack/ops-line.ts';
import { openPace } from './slack/pace.ts';
import { pacedSlack } from './slack/paced.ts';
import { plainTables } from './slack/plain-tables.ts';

export interface BotOptions {
  readonly access: SlackAccess;
  readonly config: Config;
  readonly configHash: string;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly sqs: SQSClient;
  readonly notifyQueueUrl: string;
  /** Where notify doorbells go that nobody could answer; without it nobody looks there. */
  readonly notifyDeadQueueUrl?: string | undefined;
  /** Where the bot leaves how it stands in Slack. */
  readonly health: BotHealthStore;
  /** For private answers and the Home tab. */
  readonly finder: Finder;
  readonly homes: HomeStore;
  readonly schedules: ScheduleStore;
  readonly tracked: TrackedStore;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
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
  const { access, bells, change, config, log, metrics, now, requests, sleep, sqs } = options;
  const { timing } = config.limits;
  const web = new WebClient(access.botToken, webClientOptions(access.apiUrl, timing.postTimeoutMs));
  const pace = openPace(now, config.limits.slackShare);
  const slack = pacedSlack(plainTables(countedSlack(slackClient(web), metrics, now), log), pace);
  const edge = openEdge(access, { timeoutMs: CLICK_TIMEOUT_MS, now, log });
  const asked = new WebClient(access.botToken, webClientOptions(access.apiUrl, CLICK_TIMEOUT_MS));
  const directory = slackDirectory(asked, now);
  const tellOps = opsLine({ slack, channel: config.channels.ops, now, log });
  const deps: ViewDeps = {
    config,
    configHash: options.configHash,
    requests,
    change,
    bells,
    directory,
    finder: options.finder,
    homes: options.homes,
    schedules: options.schedules,
    tracked: options.tracked,
    links: slackLinks(asked, now),
    tellOps,
    now,
    log,
  };
  bindListeners(edge.app, deps);
  const entry = await enter(edge, { sleep, random: options.random, log });
  const notifier: NotifierDeps = {
    requests,
    slack,
    ring: bells.notify,
    timing,
    now,
    random: options.random,
    log,
    paused: config.paused,
    placeOf: placer(slack, config.channels.default, config.channels.ops),
    told: (item) => redrawHomes(deps, web, item),
  };
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
            return answerDeadNotify(notifier, tellOps, requestId);
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

/** Asked before a click is answered, so well inside Slack's 3 s. */
const CLICK_TIMEOUT_MS = 1_500;
/** Requests whose story is told at the same time. */
const NOTIFIERS = 2;
