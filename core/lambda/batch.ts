import { aboutRequest, type Log } from '../log.ts';
import { parseDoorbell } from '../queue/doorbell.ts';
import type { SqsBatchResponse, SqsEvent, SqsRecord } from './event.ts';

export interface Batch {
  /** Resolves = done; throws = the message comes again. */
  readonly handle: (requestId: string, record: SqsRecord) => Promise<void>;
  readonly log: Log;
}

/**
 * Answers the doorbells of one batch, all at the same time; several for one request are answered once. What cannot be
 * read is never taken for done: it comes again, and goes to the dead-letter queue, where a newer process or a person may
 * know what it is.
 */
export async function answerBatch({ Records }: SqsEvent, { handle, log }: Batch): Promise<SqsBatchResponse> {
  const failed: string[] = [];
  const byRequest = new Map<string, SqsRecord[]>();
  for (const record of Records) {
    const doorbell = parseDoorbell(record.body);
    if (doorbell.kind === 'doorbell') {
      byRequest.set(doorbell.requestId, [...(byRequest.get(doorbell.requestId) ?? []), record]);
      continue;
    }
    failed.push(record.messageId);
    if (doorbell.kind === 'broken') log('warn', 'a queue message is no doorbell', { id: record.messageId });
  }
  const answers = [...byRequest].map(([requestId, records]) =>
    aboutRequest(requestId, async () => {
      const [first] = records;
      try {
        if (first) await handle(requestId, first);
      } catch (error) {
        log('error', 'a doorbell could not be answered; it rings again', { error });
        failed.push(...records.map(({ messageId }) => messageId));
      }
    }),
  );
  await Promise.all(answers);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
