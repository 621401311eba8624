import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SlackAccess } from '../bot/app.ts';
import { startBot } from '../bot/bot.ts';
import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import { bell } from '../core/queue/bell.ts';
import { changer } from '../core/store/change.ts';
import { openDynamo } from '../core/store/dynamo.ts';
import { requestStore } from '../core/store/items.ts';
import { bytesStore, findingsStore, targetStore } from '../core/store/rows.ts';
import { pullBudgetStore, quotaStore } from '../core/store/upstream.ts';
import { openSlots } from '../worker/copy/slots.ts';
import { openEcrRegistries } from '../worker/ecr/ecr-registry.ts';
import { type AccountsOptions, openAccounts } from '../worker/accounts.ts';
import { systemClock } from '../worker/registry/clock.ts';
import { environmentProxy } from '../worker/registry/proxy.ts';
import { openSources } from '../worker/sources.ts';
import { startTicking } from '../worker/tick/ticking.ts';
import { startWorker } from '../worker/worker.ts';

export interface OneMachineOptions {
  readonly config: Config;
  readonly configHash: string;
  readonly slack: SlackAccess;
  readonly table: string;
  readonly dynamo: DynamoDBClientConfig;
  readonly sqs: SQSClient;
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
  /** For ECR; undefined = the AWS SDK's default chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Credentials of source registries; without it there are none, and a rule that names some is an error. */
  readonly accounts?: Omit<AccountsOptions, 'config'>;
  /** HTTPS_PROXY and its like, for `network.proxy`; none by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}
export interface OneMachine {
  /** Takes nothing new, finishes or gives back what runs. */
  stop(): Promise<void>;
}

/** Bot, notifier, worker and tick in one process, over whatever table, queues, Slack and ECR they are given. */
export async function startOneMachine(options: OneMachineOptions): Promise<OneMachine> {
  const { config, configHash, log, sqs } = options;
  const clock = systemClock;
  const { now, random, sleep } = clock;
  const { timing } = config.limits;
  const dynamo = openDynamo(options.table, options.dynamo);
  const requests = requestStore(dynamo);
  const store = {
    requests,
    targets: targetStore(dynamo),
    bytes: bytesStore(dynamo, now),
    findings: findingsStore(dynamo),
    budgets: pullBudgetStore(dynamo),
    quotas: quotaStore(dynamo),
  };
  const change = changer({ requests, timing, now, random, sleep });
  const bells = {
    work: bell({ sqs, queueUrl: options.workQueueUrl, log }),
    notify: bell({ sqs, queueUrl: options.notifyQueueUrl, log }),
  };
  const accounts = await openAccounts({
    config,
    ...(options.accounts ?? { secrets: async () => undefined }),
  });
  if (!accounts.ok) throw new Error(accounts.problems.join('\n'));
  for (const warning of accounts.warnings) log('warn', warning, {});
  const proxyOf = config.network.proxy === 'environment' ? environmentProxy(options.env ?? {}) : undefined;
  const sources = openSources({
    config,
    keychain: accounts.keychain,
    proxyOf,
    budgets: store.budgets,
    clock,
    log,
  });
  const registries = openEcrRegistries({
    config,
    clock,
    ...(options.credentials && { credentials: options.credentials }),
  });
  const bot = await startBot({
    access: options.slack,
    config,
    configHash,
    requests,
    change,
    bells,
    sqs,
    notifyQueueUrl: options.notifyQueueUrl,
    now,
    random,
    sleep,
    log,
  });
  const { blobsAtHost: perHost, blobsInFlight: overall } = config.limits;
  const slots = openSlots({ perHost, overall });
  const worker = startWorker(
    { config, configHash, store, change, bells, sources, slots, ecrOf: registries.of, clock, log },
    { sqs, queueUrl: options.workQueueUrl },
  );
  const ticking = startTicking({ requests, change, bells, timing, now, log });
  return {
    stop: async () => {
      ticking.stop();
      await Promise.all([bot.stop(), worker.drain()]);
      await Promise.all([sources.close(), registries.close()]);
      dynamo.client.destroy();
    },
  };
}
