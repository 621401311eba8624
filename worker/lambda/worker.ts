import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerBatch } from '../../core/lambda/batch.ts';
import { deadlineOf } from '../../core/lambda/deadline.ts';
import { CONFIG_FILE, VARIABLES } from '../../core/lambda/environment.ts';
import type { LambdaContext, SqsBatchResponse, SqsEvent } from '../../core/lambda/event.ts';
import { openService } from '../../core/lambda/service.ts';
import { answerDoorbell } from '../jobs/answer.ts';
import { answerDeadLetter } from '../jobs/dead-letter.ts';
import { openWorker } from './open-worker.ts';

const { env } = process;
const service = openService({
  env,
  config: readFileSync(env[CONFIG_FILE] ?? join(import.meta.dirname, 'mirror.config.json'), 'utf8'),
  part: 'worker',
  write: (line) => process.stdout.write(line),
});
const worker = openWorker(service, env);

/**
 * The deployed worker: doorbells of the work queue and of its dead-letter queue. Before its time is up it gives back what
 * it has in hands and rings for it, and the next invocation goes on with the bytes that are in ECR already.
 */
export async function handler(event: SqsEvent, context: LambdaContext): Promise<SqsBatchResponse> {
  const { log, metrics } = service;
  const deadline = deadlineOf(context);
  try {
    return await answerBatch(event, {
      log,
      handle: async (requestId, { eventSourceARN }) => {
        const deps = await worker.deps();
        if (eventSourceARN !== env[VARIABLES.workDeadQueueArn]) {
          return answerDoorbell(deps, requestId, deadline.signal);
        }
        metrics.count('mirror_dead_letters_total', { queue: 'work' });
        return answerDeadLetter(deps, requestId, deadline.signal);
      },
    });
  } finally {
    deadline.end();
    metrics.flush();
  }
}
