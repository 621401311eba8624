import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { startBot } from '../bot/bot.ts';
import type { SlackAccess } from '../bot/edge.ts';
import { isQuiet } from '../core/config/hours.ts';
import type { Config } from '../core/config/schema.ts';
import type { Parts } from '../core/health/health.ts';
import { type Log, logOf } from '../core/log.ts';
import { openMetrics } from '../core/metrics/metrics.ts';
import { tellStory } from '../core/metrics/story.ts';
import { bell } from '../core/queue/bell.ts';
import { botHealthStore, workspaceOf } from '../core/store/bot-health.ts';
import { changer } from '../core/store/change.ts';
import { openDynamo } from '../core/store/dynamo.ts';
import { finder } from '../core/store/finder.ts';
import { homeStore } from '../core/store/homes.ts';
import { openStore } from '../core/store/open-store.ts';
import { openSlots } from '../worker/copy/slots.ts';
import { openEcrRegistries } from '../worker/ecr/ecr-registry.ts';
import { type AccountsOptions, openAccounts } from '../worker/accounts.ts';
import { systemClock } from '../worker/registry/clock.ts';
import { environmentProxy } from '../worker/registry/proxy.ts';
import { openSources } from '../worker/sources.ts';
import { startTicking } from '../worker/tick/ticking.ts';
import { startWorker } from '../worker/worker.ts';
import { countedLog, serveHealth } from './health.ts';

export interface OneMachineOptions {
  readonly config: Config;
  readonly configHash: string;
  readonly slack: SlackAccess;
  readonly table: string;
  readonly dynamo: DynamoDBClientConfig;
  readonly sqs: SQSClient;
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
  /** Their dead-letter queues, where somebody shall look at those. */
  readonly workDeadQueueUrl?: string;
  readonly notifyDeadQueueUrl?: string;
  /** For ECR; undefined = the AWS SDK's default chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Credentials of source registries; without it there are none, and a rule that names some is an error. */
  readonly accounts?: Omit<AccountsOptions, 'config'>;
  /** HTTPS_PROXY and its like, for `network.proxy`; none by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Epoch ms; the system's by default. */
  readonly now?: () => number;
  readonly log: Log;
}
export interface OneMachine {
  /** Takes nothing new, finishes or gives back what runs. */
  stop(): Promise<void>;
  /** Where /healthz and /metrics are, if the configuration says so. */
  readonly healthUrl: string | undefined;
  /** Where Slack posts to; undefined in Socket Mode. */
  readonly slackUrl: string | undefined;
}

/** Bot, notifier, worker and tick in one process, over whatever table, queues, Slack and ECR they are given. */
export async function startOneMachine(options: OneMachineOptions): Promise<OneMachine> {
  const { config, configHash, sqs } = options;
  const metrics = openMetrics();
  const log = (part: string): Log => countedLog(logOf(options.log, part), metrics, part);
  const botLog = log('bot');
  const workerLog = log('worker');
  const clock = { ...systemClock, ...(options.now && { now: options.now }) };
  const { now, random, sleep } = clock;
  const { timing } = config.limits;
  const dynamo = openDynamo(options.table, options.dynamo);
  const store = openStore(dynamo, now);
  const { requests } = store;
  const health = botHealthStore(dynamo);
  const onChange = tellStory({ log: log('request'), metrics });
  const change = changer({ requests, timing, now, random, sleep, onChange });
  const bellOf = (queue: string, queueUrl: string) =>
    bell({
      sqs,
      queueUrl,
      log: log('queue'),
      onLost: () => metrics.count('mirror_rings_lost_total', { queue }),
    });
  const bells = {
    work: bellOf('work', options.workQueueUrl),
    notify: bellOf('notify', options.notifyQueueUrl),
  };
  const accounts = await openAccounts({
    config,
    ...(options.accounts ?? { secrets: async () => undefined }),
  });
  if (!accounts.ok) throw new Error(accounts.problems.join('\n'));
  for (const warning of accounts.warnings) workerLog('warn', warning, {});
  const proxyOf = config.network.proxy === 'environment' ? environmentProxy(options.env ?? {}) : undefined;
  const sources = openSources({
    config,
    keychain: accounts.keychain,
    proxyOf,
    budgets: store.budgets,
    clock,
    log: workerLog,
  });
  const registries = openEcrRegistries({
    config,
    clock,
    ...(options.credentials && { credentials: options.credentials }),
  });
  let parts: Parts = { start: () => ({ ok: false, text: 'not everything has started yet' }) };
  // Before the bot: a port that is taken stops the start while there is nothing to stop yet.
  const served = config.health
    ? await serveHealth({ ...config.health, parts: () => parts, metrics, now })
    : undefined;
  const bot = await startBot({
    access: options.slack,
    config,
    configHash,
    requests,
    change,
    bells,
    sqs,
    notifyQueueUrl: options.notifyQueueUrl,
    notifyDeadQueueUrl: options.notifyDeadQueueUrl,
    health,
    finder: finder(dynamo),
    homes: homeStore(dynamo),
    schedules: store.schedules,
    tracked: store.tracked,
    metrics,
    now,
    random,
    sleep,
    log: botLog,
  });
  const { blobsAtHost: perHost, blobsInFlight: overall } = config.limits;
  const slots = openSlots({ perHost, overall });
  const worker = startWorker(
    { config, configHash, store, change, bells, sources, slots, ecrOf: registries.of, clock, log: workerLog },
    { sqs, queueUrl: options.workQueueUrl, deadQueueUrl: options.workDeadQueueUrl, metrics },
  );
  const ticking = startTicking({
    requests,
    change,
    bells,
    timing,
    isQuiet: (at) => isQuiet(config.hours, at),
    schedules: {
      config,
      requests,
      schedules: store.schedules,
      bells,
      workspace: workspaceOf(health),
      metrics,
      now,
      random,
      log: log('tick'),
    },
    now,
    log: log('tick'),
    metrics,
  });
  parts = { ...bot.parts, 'work queue': worker.health, tick: ticking.health };
  return {
    healthUrl: served?.url,
    slackUrl: bot.slackUrl,
    stop: async () => {
      ticking.stop();
      await served?.close();
      await Promise.all([bot.stop(), worker.drain()]);
      await Promise.all([sources.close(), registries.close()]);
      dynamo.client.destroy();
    },
  };
}
