import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerBatch } from '../../core/lambda/batch.ts';
import { CONFIG_FILE, VARIABLES } from '../../core/lambda/environment.ts';
import type { EventBridgeEvent, SqsBatchResponse, SqsEvent } from '../../core/lambda/event.ts';
import { openService } from '../../core/lambda/service.ts';
import { openNotifier } from './open-notifier.ts';

const { env } = process;
const service = openService({
  env,
  config: readFileSync(env[CONFIG_FILE] ?? join(import.meta.dirname, 'mirror.config.json'), 'utf8'),
  part: 'bot',
  write: (line) => process.stdout.write(line),
});
const notifier = openNotifier(service, env);

/** The deployed notifier: doorbells of the notify queue, and every ten minutes a look at how the bot stands in Slack. */
export async function handler(event: SqsEvent | EventBridgeEvent): Promise<SqsBatchResponse | undefined> {
  const { log, metrics } = service;
  try {
    if (!('Records' in event)) {
      await notifier.checkSelf();
      return undefined;
    }
    return await answerBatch(event, {
      log,
      handle: (requestId, { eventSourceARN }) =>
        eventSourceARN === env[VARIABLES.notifyDeadQueueArn]
          ? notifier.deadLetter(requestId)
          : notifier.notify(requestId),
    });
  } finally {
    metrics.flush();
  }
}
