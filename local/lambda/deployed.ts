import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { formatDeployedConfig } from '../../core/config/deployed.ts';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';
import { SLACK_API_URL, VARIABLES } from '../../core/lambda/environment.ts';
import { formatSlackSecret } from '../../core/secrets/slack-secret.ts';
import { type SecretsManager, startSecretsManager } from '../secrets-manager.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, type StandIns } from '../stand-ins.ts';
import type { Invoked } from './environment.ts';
import { startEventSource } from './event-source.ts';
import { type LambdaFunction, openFunction } from './function.ts';
import { type EdgeKind, startHttpEdge } from './http-api.ts';

/** The functions of the stack, by their names there. */
export type FunctionName = 'Bot' | 'Notifier' | 'Worker' | 'Tick';

export interface Invocation {
  readonly name: FunctionName;
  readonly event: unknown;
  readonly invoked: Invoked;
  /** What Lambda would bill, but for the first one's start. */
  readonly tookMs: number;
}

export interface DeployedOptions {
  /** For each function the folder that the deployment would have uploaded. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  readonly edge: EdgeKind;
  /** Milliseconds; default 30 s, and 900 s for the worker. */
  readonly timeouts?: Partial<Readonly<Record<FunctionName, number>>>;
  /** How much longer than it is told each function may run. */
  readonly patienceMs?: number;
  /** Further variables, such as an endpoint of STS. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: what the Slack stand-in wants. Undefined: nobody has stored it yet. */
  readonly slackSecret?: string | undefined;
  /** How often the clock calls the tick. */
  readonly tickMs: number;
  /** What functions write to their logs. */
  readonly log: (name: FunctionName, text: string) => void;
}

/** The stack of infra/ on loopback: the bundles as they are uploaded, each in a process of its own. */
export interface Deployed {
  /** Where Slack posts to. */
  readonly requestUrl: string;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** Every invocation that has come to an end, oldest first. */
  readonly invocations: readonly Invocation[];
  readonly secrets: SecretsManager;
  stop(): Promise<void>;
}

export const SLACK_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:SlackSecret-a1b2c3';
const REGISTRY_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:RegistrySecret-a1b2c3';
const queueArn = (name: string): string => `arn:aws:sqs:${LOCAL_REGION}:123456789012:${name}`;

export async function startDeployed(standIns: StandIns, options: DeployedOptions): Promise<Deployed> {
  const { queues, slack } = standIns;
  const folder = mkdtempSync(join(tmpdir(), 'mirror-deployed-'));
  const configFile = join(folder, 'mirror.config.json');
  const parsed = parseConfig(standIns.configText);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  writeFileSync(configFile, formatDeployedConfig(parsed));
  const { botToken, signingSecret } = slack;
  const secrets = await startSecretsManager({
    [SLACK_SECRET]:
      'slackSecret' in options ? options.slackSecret : formatSlackSecret({ botToken, signingSecret }),
    [REGISTRY_SECRET]: undefined,
  });
  // The variables that the stack sets, and where AWS is: what the SDK itself reads, so that no code knows.
  const common = {
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: standIns.dynamoDbUrl,
    AWS_ENDPOINT_URL_SQS: standIns.sqsUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    MIRROR_CONFIG: configFile,
    [VARIABLES.table]: standIns.table,
    [VARIABLES.workQueueUrl]: queues.work,
    [VARIABLES.notifyQueueUrl]: queues.notify,
    ...options.env,
  };
  const forSlack = { [VARIABLES.slackSecret]: SLACK_SECRET, [SLACK_API_URL]: slack.apiUrl };
  const own: Readonly<Record<FunctionName, Readonly<Record<string, string>>>> = {
    Bot: forSlack,
    Notifier: { ...forSlack, [VARIABLES.notifyDeadQueueArn]: queueArn('notify-dead') },
    Worker: {
      [VARIABLES.registrySecret]: REGISTRY_SECRET,
      [VARIABLES.workDeadQueueArn]: queueArn('work-dead'),
    },
    Tick: {},
  };
  const invocations: Invocation[] = [];
  const made = (name: FunctionName): LambdaFunction => {
    const { close, invoke } = openFunction({
      bundle: options.bundles[name],
      env: { ...common, ...own[name] },
      timeoutMs: options.timeouts?.[name] ?? (name === 'Worker' ? 900_000 : 30_000),
      ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
      log: (text) => options.log(name, text),
    });
    return {
      close,
      invoke: async (event) => {
        const began = performance.now();
        const invoked = await invoke(event);
        invocations.push({ name, event, invoked, tookMs: performance.now() - began });
        return invoked;
      },
    };
  };
  const functions = {
    Bot: made('Bot'),
    Notifier: made('Notifier'),
    Worker: made('Worker'),
    Tick: made('Tick'),
  };

  const edge = await startHttpEdge(options.edge, functions.Bot);
  const requestUrl = `${edge.origin}/slack/events`;
  slack.requestUrl(requestUrl);
  const sqs = new SQSClient({
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: standIns.sqsUrl,
  });
  const source = (name: string, queueUrl: string, fn: LambdaFunction, batchSize: number) =>
    startEventSource({ sqs, queueUrl, queueArn: queueArn(name), batchSize, concurrency: 2, fn });
  const sources = [
    source('work', queues.work, functions.Worker, 1),
    source('work-dead', queues.workDead, functions.Worker, 1),
    source('notify', queues.notify, functions.Notifier, 5),
    source('notify-dead', queues.notifyDead, functions.Notifier, 5),
  ];
  const ticking = tickEvery(options.tickMs, functions.Tick);

  return {
    requestUrl,
    functions,
    invocations,
    secrets,
    stop: async () => {
      slack.requestUrl(undefined);
      await ticking.stop();
      await Promise.all(sources.map((each) => each.stop()));
      await edge.close();
      await Promise.all(Object.values(functions).map((fn) => fn.close()));
      sqs.destroy();
      await secrets.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a rule with a rate sends (EventBridge user guide, "Scheduled events"). */
const SCHEDULED = {
  version: '0',
  id: '00000000-0000-4000-8000-000000000000',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-11-24T12:00:00Z',
  region: LOCAL_REGION,
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/EveryMinute'],
  detail: {},
};

/** One after the other: a rule of a minute never overtakes itself either. */
function tickEvery(ms: number, fn: LambdaFunction): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= fn.invoke(SCHEDULED).finally(() => {
      running = undefined;
    });
  }, ms);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
