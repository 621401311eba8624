import { SQSClient } from '@aws-sdk/client-sqs';
import { formatProblem, parseConfig } from '../core/config/parse.ts';
import type { Log } from '../core/log.ts';
import { type OneMachineOptions, startOneMachine } from './one-machine.ts';
import {
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  type StandIns,
  type StandInsOptions,
  startStandIns,
} from './stand-ins.ts';

export { LOCAL_REGION } from './stand-ins.ts';

export interface LocalOptions extends StandInsOptions {
  /** Credentials of source registries, for configurations whose rules name some. */
  readonly accounts?: OneMachineOptions['accounts'];
  readonly log: Log;
}

export interface Local extends StandIns {
  /** Where /healthz and /metrics are, if the configuration says so. */
  readonly healthUrl: string | undefined;
}

/** The whole product on a laptop: stand-ins, table, queues, bot, worker, tick. Nothing outside loopback is needed. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { log } = options;
  const standIns = await startStandIns(options);
  const { queues, slack } = standIns;
  const open: (() => Promise<void> | void)[] = [standIns.close];
  const close = async () => {
    for (const each of open.splice(0).reverse()) await each();
  };
  try {
    const parsed = parseConfig(standIns.configText);
    if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
    const sqs = new SQSClient({ ...aws, endpoint: standIns.sqsUrl });
    open.push(() => sqs.destroy());
    const machine = await startOneMachine({
      config: parsed.config,
      configHash: parsed.hash,
      slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
      table: standIns.table,
      dynamo: { ...aws, endpoint: standIns.dynamoDbUrl },
      sqs,
      workQueueUrl: queues.work,
      notifyQueueUrl: queues.notify,
      workDeadQueueUrl: queues.workDead,
      notifyDeadQueueUrl: queues.notifyDead,
      credentials: LOCAL_CREDENTIALS,
      now: standIns.clock.now,
      ...(options.accounts && { accounts: options.accounts }),
      log,
    });
    open.push(async () => {
      await machine.stop();
      await slack.disconnected();
    });
    await slack.connected();
    return { ...standIns, healthUrl: machine.healthUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}
