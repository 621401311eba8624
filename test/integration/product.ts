import { SQSClient } from '@aws-sdk/client-sqs';
import { parseConfig } from '../../core/config/parse.ts';
import { jsonLog } from '../../core/log.ts';
import { endAfterAccident } from '../../local/accident.ts';
import { startOneMachine } from '../../local/one-machine.ts';
import type { Queues } from '../../local/stand-ins.ts';

/** Where the product is to find what it talks to. */
export interface ProductPlaces {
  readonly configText: string;
  readonly slack: { readonly botToken: string; readonly appToken: string; readonly apiUrl: string };
  readonly table: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly dynamoDbUrl: string;
  readonly sqsUrl: string;
  readonly queues: Queues;
}

/** The product as a process of its own, to be killed: bot, worker and tick, without what they talk to. */
const places: ProductPlaces = JSON.parse(process.env['MIRROR_PLACES'] ?? '');
const parsed = parseConfig(places.configText);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { credentials, queues, region } = places;
const log = jsonLog((line) => process.stderr.write(line), Date.now);
const sqs = new SQSClient({ region, credentials, endpoint: places.sqsUrl });
const machine = await startOneMachine({
  config: parsed.config,
  configHash: parsed.hash,
  slack: places.slack,
  table: places.table,
  dynamo: { region, credentials, endpoint: places.dynamoDbUrl },
  sqs,
  workQueueUrl: queues.work,
  notifyQueueUrl: queues.notify,
  workDeadQueueUrl: queues.workDead,
  notifyDeadQueueUrl: queues.notifyDead,
  credentials,
  log,
});
const stop = async (): Promise<void> => {
  await machine.stop();
  sqs.destroy();
};
endAfterAccident({ log, stop });
process.once('SIGTERM', () => void stop());
// An accident on demand: a promise that nobody looks after fails.
process.on('SIGUSR2', () => void Promise.reject(new Error('an accident')));
console.log('ready');
