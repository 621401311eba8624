import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openQueueInspector, type QueueInspector } from '../../core/queue/inspect.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { tableFacts } from '../../core/store/inspect.ts';
import type { Log } from '../../core/log.ts';
import { deadLetterName, ensureQueue } from '../sqs.ts';
import { createTable } from './create-table.ts';
import type { MachinePlaces } from './embedded.ts';
import type { Where } from './environment.ts';

export type OnAws = Extract<Where, { readonly kind: 'aws' }>;
export type AwsPlaces =
  | { readonly ok: true; readonly places: MachinePlaces }
  /** One line each, with what to do. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Looks whether table and queues are there and are those of this version; makes them only if told so. */
export async function openOnAws(where: OnAws, region: string, log: Log): Promise<AwsPlaces> {
  const { create, notifyQueueUrl, table, workQueueUrl } = where;
  const dynamo = { region };
  const sqs = new SQSClient(dynamo);
  const inspector = openQueueInspector({ region });
  try {
    if (create) {
      const client = new DynamoDBClient({ region });
      await createTable(client, table, log);
      client.destroy();
      for (const url of [workQueueUrl, notifyQueueUrl]) {
        if (await isMissing(inspector, url)) {
          await ensureQueue(sqs, nameOf(url), url);
          log('info', `the queue ${nameOf(url)} and its dead-letter queue were created`);
        }
      }
    }
    const looked = [
      await lookAtTable(table, region),
      await lookAtQueue(inspector, 'MIRROR_WORK_QUEUE_URL', workQueueUrl),
      await lookAtQueue(inspector, 'MIRROR_NOTIFY_QUEUE_URL', notifyQueueUrl),
    ] as const;
    const problems = looked.flatMap((each) => (each.ok ? [] : [each.problem]));
    const [, work, notify] = looked;
    if (problems.length > 0 || !work.ok || !notify.ok) {
      sqs.destroy();
      return { ok: false, problems };
    }
    const beside = (url: string, name: string): string => url.replace(/[^/]+$/, name);
    return {
      ok: true,
      places: {
        table,
        dynamo,
        sqs,
        workQueueUrl,
        notifyQueueUrl,
        workDeadQueueUrl: beside(workQueueUrl, work.dead),
        notifyDeadQueueUrl: beside(notifyQueueUrl, notify.dead),
        close: async () => sqs.destroy(),
      },
    };
  } catch (error) {
    sqs.destroy();
    return { ok: false, problems: [`table and queues could not be made: ${wordsOf(error)}`] };
  } finally {
    inspector.close();
  }
}

const CREATE = 'npm start -- --create makes it';

type TableLook = { readonly ok: true } | { readonly ok: false; readonly problem: string };

async function lookAtTable(table: string, region: string): Promise<TableLook> {
  const dynamo = openDynamo(table, { region, maxAttempts: 2 });
  const no = (problem: string): TableLook => ({ ok: false, problem });
  try {
    const { missingIndexes, status, wrongKeys } = await tableFacts(dynamo);
    if (wrongKeys !== undefined)
      return no(`the table ${table} has the keys ${wrongKeys}: it is another table`);
    if (missingIndexes.length > 0) return no(`the table ${table} has no index ${missingIndexes.join(', ')}`);
    if (status !== 'ACTIVE') return no(`the table ${table} is ${status}: try again when it is ACTIVE`);
    return { ok: true };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException')
      return no(`there is no table ${table} in Region ${region}: ${CREATE}`);
    return no(`the table ${table} does not answer: ${wordsOf(error)}`);
  } finally {
    dynamo.client.destroy();
  }
}

type QueueLook =
  | { readonly ok: true; readonly dead: string }
  | { readonly ok: false; readonly problem: string };

async function lookAtQueue(inspector: QueueInspector, name: string, url: string): Promise<QueueLook> {
  const no = (problem: string): QueueLook => ({ ok: false, problem });
  try {
    const { dead } = await inspector.facts(url);
    return dead
      ? { ok: true, dead: dead.name }
      : no(`the queue ${nameOf(url)} has no dead-letter queue: give it one, ${deadLetterName(nameOf(url))}`);
  } catch (error) {
    if (isNoQueue(error)) return no(`there is no queue at ${url} (${name}): ${CREATE}`);
    return no(`the queue ${nameOf(url)} does not answer: ${wordsOf(error)}`);
  }
}

async function isMissing(inspector: QueueInspector, url: string): Promise<boolean> {
  try {
    await inspector.facts(url);
    return false;
  } catch (error) {
    if (isNoQueue(error)) return true;
    throw error;
  }
}

const isNoQueue = (error: unknown): boolean =>
  error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name);
const nameOf = (queueUrl: string): string => queueUrl.split('/').at(-1) ?? queueUrl;
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).replaceAll(/\s+/g, ' ');
