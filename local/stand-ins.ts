import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ConfigInput } from '../core/config/schema.ts';
import { type LocalClock, openLocalClock } from './clock.ts';
import { localConfig } from './configuration.ts';
import { openTable, startDynamoDb } from './dynamodb.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from './ecr/start.ts';
import { takeFolder } from './folder.ts';
import { keepPorts, portOf, readPorts } from './ports.ts';
import { bundlePage } from './slack/bundle-page.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from './slack/start.ts';
import { ensureQueues, type Queues, startSqs } from './sqs.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from './upstream/start.ts';

export type { Queues } from './sqs.ts';

export interface StandInsOptions {
  /** Everything is kept there and survives kill -9; without it everything is forgotten. */
  readonly dataDir?: string;
  /** The page's port; 0 = the one of the last run on this folder, or any free one. */
  readonly port?: number;
  /** `real` = the real registries; an origin = a registry that stands in for Docker Hub; default the sample one. */
  readonly upstream?: 'sample' | 'real' | URL;
  /** Bytes a second from the sample Docker Hub, so that a copy can be watched. */
  readonly bytesPerSecond?: number;
  /** What the sample Docker Hub has and allows. */
  readonly hub?: Pick<UpstreamOptions, 'images' | 'pullLimit'>;
  /** Without the page nothing is bundled: for tests that need none. */
  readonly page?: boolean;
  /** Changes the configuration before it is written. */
  readonly configure?: (config: ConfigInput) => ConfigInput;
  readonly ecr?: Partial<
    Pick<
      Parameters<typeof startEcr>[0],
      'principals' | 'scan' | 'scanType' | 'missingRepository' | 'uploadLimits' | 'events'
    >
  >;
  /** Which time it is for everything here: the system's, and what `POST /_local/clock` adds to it. */
  readonly clock?: LocalClock;
  /** How strictly Slack counts, by which clock, who is there, and how long it waits for an app. */
  readonly slack?: Pick<SlackOptions, 'ackDeadlineMs' | 'limitsNow' | 'more' | 'rateLimits'>;
}

/** Everything around the product: what it talks to, and the configuration that says where that is. */
export interface StandIns {
  readonly slack: SlackStandIn;
  readonly ecr: EcrStandIn;
  readonly upstream: Upstream | undefined;
  readonly upstreamUrl: string;
  readonly table: string;
  readonly dynamoDbUrl: string;
  readonly sqsUrl: string;
  readonly queues: Queues;
  readonly clock: LocalClock;
  /** mirror.config.json, as text. */
  readonly configText: string;
  close(): Promise<void>;
}

export const LOCAL_ACCOUNT = '123456789012';
export const LOCAL_REGION = 'eu-central-1';
/** Of stand-ins, so no secret. */
export const LOCAL_CREDENTIALS = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' };
const TABLE_NAME = 'mirror';

/** Slack, ECR, a source registry, table and queues on loopback. Rejects with the system's error, and then nothing stays open. */
export async function startStandIns(options: StandInsOptions): Promise<StandIns> {
  const { clock = openLocalClock(), dataDir } = options;
  const { now } = clock;
  const folder = (name: string) => (dataDir === undefined ? {} : { dataDir: join(dataDir, name) });
  const ports = readPorts(dataDir);
  const release = await takeFolder(dataDir, ports.slack);
  const open: (() => Promise<void> | void)[] = [release];
  const close = async () => {
    for (const each of open.splice(0).reverse()) await each();
  };
  try {
    const page = options.page === false ? {} : { page: await bundlePage() };
    const slack = await startSlack({
      ...folder('slack'),
      now,
      advance: clock.advance,
      ...options.slack,
      port: options.port || ports.slack,
      ...page,
    });
    open.push(() => slack.close());
    const ecr = await startEcr({
      ...folder('ecr'),
      ...options.ecr,
      accountId: LOCAL_ACCOUNT,
      region: LOCAL_REGION,
      now,
      ports: { api: ports.ecrApi, registry: ports.ecrRegistry, blobs: ports.ecrBlobs },
    });
    open.push(() => ecr.close());
    const wanted = options.upstream ?? 'sample';
    const upstream =
      wanted === 'sample'
        ? await startUpstream({
            ports: { registry: ports.hub, auth: ports.hubAuth, blobs: ports.hubBlobs },
            now,
            ...options.hub,
            ...(options.bytesPerSecond && { bytesPerSecond: options.bytesPerSecond }),
          })
        : undefined;
    if (upstream) open.push(() => upstream.close());
    if (dataDir !== undefined) mkdirSync(join(dataDir, 'dynamodb'), { recursive: true });
    const dynamoDb = await startDynamoDb({
      port: ports.dynamodb,
      ...(dataDir !== undefined && { path: join(dataDir, 'dynamodb') }),
    });
    open.push(() => dynamoDb.close());
    const sqsServer = await startSqs({ port: ports.sqs });
    open.push(() => sqsServer.close());
    keepPorts(dataDir, {
      slack: portOf(slack.url),
      ecrApi: portOf(ecr.apiUrl),
      ecrRegistry: portOf(`http://${ecr.registryHost}`),
      ecrBlobs: portOf(ecr.blobOrigin),
      hub: upstream ? portOf(upstream.url) : ports.hub,
      hubAuth: upstream ? portOf(`http://${upstream.authHost}`) : ports.hubAuth,
      hubBlobs: upstream ? portOf(`http://${upstream.blobHost}`) : ports.hubBlobs,
      dynamodb: portOf(dynamoDb.endpoint),
      sqs: portOf(sqsServer.endpoint),
    });

    const input = localConfig({
      account: LOCAL_ACCOUNT,
      region: LOCAL_REGION,
      ecrApi: ecr.apiUrl,
      ecrRegistryHost: ecr.registryHost,
      ecrBlobOrigin: ecr.blobOrigin,
      channel: slack.channels.mirror,
      approverGroup: slack.userGroups.platformApprovers,
      ...hubOf(wanted, upstream),
    });
    const configText = `${JSON.stringify(options.configure ? options.configure(input) : input, null, 2)}\n`;
    if (dataDir !== undefined) writeFileSync(join(dataDir, 'mirror.config.json'), configText);

    const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
    await openTable({ ...aws, endpoint: dynamoDb.endpoint }, TABLE_NAME);
    const sqs = new SQSClient({ ...aws, endpoint: sqsServer.endpoint });
    const queues = await ensureQueues(sqs, sqsServer);
    sqs.destroy();
    return {
      slack,
      ecr,
      upstream,
      upstreamUrl: upstream?.url ?? (wanted instanceof URL ? wanted.origin : 'https://registry-1.docker.io'),
      clock,
      table: TABLE_NAME,
      dynamoDbUrl: dynamoDb.endpoint,
      sqsUrl: sqsServer.endpoint,
      queues,
      configText,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function hubOf(wanted: 'sample' | 'real' | URL, upstream: Upstream | undefined) {
  if (upstream) {
    return {
      hub: { endpoint: upstream.url, authHosts: [upstream.authHost], blobHosts: [upstream.blobHost] },
    };
  }
  return wanted instanceof URL ? { hub: { endpoint: wanted.origin, authHosts: [], blobHosts: [] } } : {};
}
