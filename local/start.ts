import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { formatProblem, parseConfig } from '../core/config/parse.ts';
import type { ConfigInput } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import { localConfig } from './configuration.ts';
import { ensureTable, mendIndexes, startDynamoDb } from './dynamodb.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from './ecr/start.ts';
import { takeFolder } from './folder.ts';
import { type OneMachineOptions, startOneMachine } from './one-machine.ts';
import { keepPorts, portOf, readPorts } from './ports.ts';
import { bundlePage } from './slack/bundle-page.ts';
import { type SlackStandIn, startSlack } from './slack/start.ts';
import { deadLetterName, ensureQueue, startSqs } from './sqs.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from './upstream/start.ts';

export interface LocalOptions {
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
  /** Credentials of source registries, for configurations whose rules name some. */
  readonly accounts?: OneMachineOptions['accounts'];
  /** Without the page nothing is bundled: for tests that need none. */
  readonly page?: boolean;
  /** Changes the configuration before it is parsed. */
  readonly configure?: (config: ConfigInput) => ConfigInput;
  readonly ecr?: Partial<
    Pick<Parameters<typeof startEcr>[0], 'principals' | 'scan' | 'scanType' | 'missingRepository'>
  >;
  readonly log: Log;
}

export interface Local {
  readonly slack: SlackStandIn;
  readonly ecr: EcrStandIn;
  readonly upstream: Upstream | undefined;
  readonly upstreamUrl: string;
  readonly table: string;
  readonly dynamoDbUrl: string;
  readonly queues: {
    readonly work: string;
    readonly notify: string;
    readonly workDead: string;
    readonly notifyDead: string;
  };
  /** Where /healthz and /metrics are, if the configuration says so. */
  readonly healthUrl: string | undefined;
  close(): Promise<void>;
}

export const LOCAL_ACCOUNT = '123456789012';
export const LOCAL_REGION = 'eu-central-1';
const TABLE_NAME = 'mirror';
const CREDENTIALS = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' };

/** The whole product on a laptop: stand-ins, table, queues, bot, worker, tick. Nothing outside loopback is needed. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { dataDir, log } = options;
  const folder = (name: string) => (dataDir === undefined ? {} : { dataDir: join(dataDir, name) });
  const ports = readPorts(dataDir);
  const release = await takeFolder(dataDir, ports.slack);
  const open: (() => Promise<void> | void)[] = [release];
  const close = async () => {
    for (const each of open.splice(0).reverse()) await each();
  };
  try {
    const page = options.page === false ? {} : { page: await bundlePage() };
    const slack = await startSlack({ ...folder('slack'), port: options.port || ports.slack, ...page });
    open.push(() => slack.close());
    const ecr = await startEcr({
      ...folder('ecr'),
      ...options.ecr,
      accountId: LOCAL_ACCOUNT,
      region: LOCAL_REGION,
      ports: { api: ports.ecrApi, registry: ports.ecrRegistry, blobs: ports.ecrBlobs },
    });
    open.push(() => ecr.close());
    const wanted = options.upstream ?? 'sample';
    const upstream =
      wanted === 'sample'
        ? await startUpstream({
            ports: { registry: ports.hub, auth: ports.hubAuth, blobs: ports.hubBlobs },
            ...folder('upstream'),
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
    const text = `${JSON.stringify(options.configure ? options.configure(input) : input, null, 2)}\n`;
    if (dataDir !== undefined) writeFileSync(join(dataDir, 'mirror.config.json'), text);
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));

    const aws = { region: LOCAL_REGION, credentials: CREDENTIALS };
    const dynamo = { ...aws, endpoint: dynamoDb.endpoint };
    const client = new DynamoDBClient(dynamo);
    await ensureTable(client, TABLE_NAME);
    await mendIndexes(client, TABLE_NAME);
    client.destroy();
    const sqs = new SQSClient({ ...aws, endpoint: sqsServer.endpoint });
    open.push(() => sqs.destroy());
    for (const name of ['work', 'notify']) await ensureQueue(sqs, name);
    const queues = {
      work: sqsServer.queueUrl('work'),
      notify: sqsServer.queueUrl('notify'),
      workDead: sqsServer.queueUrl(deadLetterName('work')),
      notifyDead: sqsServer.queueUrl(deadLetterName('notify')),
    };
    const machine = await startOneMachine({
      config: parsed.config,
      configHash: parsed.hash,
      slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
      table: TABLE_NAME,
      dynamo,
      sqs,
      workQueueUrl: queues.work,
      notifyQueueUrl: queues.notify,
      workDeadQueueUrl: queues.workDead,
      notifyDeadQueueUrl: queues.notifyDead,
      credentials: CREDENTIALS,
      ...(options.accounts && { accounts: options.accounts }),
      log,
    });
    open.push(async () => {
      await machine.stop();
      await slack.disconnected();
    });
    await slack.connected();
    const upstreamUrl =
      upstream?.url ?? (wanted instanceof URL ? wanted.origin : 'https://registry-1.docker.io');
    const dynamoDbUrl = dynamoDb.endpoint;
    const { healthUrl } = machine;
    return { slack, ecr, upstream, upstreamUrl, table: TABLE_NAME, dynamoDbUrl, queues, healthUrl, close };
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
