import { openQueueInspector, type QueueFacts } from '../../../core/queue/inspect.ts';
import { QUEUE_LIMITS } from '../../../core/queue/limits.ts';
import { awsProblem } from './aws-problem.ts';
import { bad, type Check, good, look, skipped } from './check.ts';

export interface QueuesLook {
  readonly workQueue: string | undefined;
  readonly notifyQueue: string | undefined;
  readonly account: string;
  readonly region: string;
}

/** Both queues, and the dead-letter queue of each. */
export async function lookAtQueues({
  workQueue,
  notifyQueue,
  account,
  region,
}: QueuesLook): Promise<readonly Check[]> {
  const inspector = openQueueInspector({ region });
  const one = async (about: string, url: string | undefined, how: string): Promise<readonly Check[]> => {
    if (url === undefined) return [skipped(about, 'No queue was named.', `Name it: ${how}.`)];
    try {
      return judge(about, await inspector.facts(url));
    } catch (error) {
      if (error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name)) {
        return [
          bad(
            about,
            `There is no queue at ${url}.`,
            'Check its address and Region, or create it with its dead-letter queue.',
          ),
        ];
      }
      return [awsProblem(error, { about, action: 'sqs:GetQueueAttributes', account, region })];
    }
  };
  try {
    return [
      ...(await one('work queue', workQueue, '--work-queue URL or MIRROR_WORK_QUEUE_URL')),
      ...(await one('notify queue', notifyQueue, '--notify-queue URL or MIRROR_NOTIFY_QUEUE_URL')),
    ];
  } finally {
    inspector.close();
  }
}

/** More doorbells than this are not answered, or too slowly. */
const MANY = 1_000;

function judge(about: string, { dead, inFlight, visibilitySeconds, waiting }: QueueFacts): readonly Check[] {
  const checks: Check[] = [];
  if (!dead) {
    const fix = `Give it a redrive policy: a dead-letter queue, maxReceiveCount ${QUEUE_LIMITS.maxReceiveCount}.`;
    checks.push(
      bad(about, 'It has no dead-letter queue: a message that nobody can answer comes back for ever.', fix),
    );
  } else {
    if (dead.maxReceiveCount < 3) {
      const fix = `Set maxReceiveCount to ${QUEUE_LIMITS.maxReceiveCount}.`;
      checks.push(
        look(about, `maxReceiveCount is ${dead.maxReceiveCount}: a restart or two lose doorbells.`, fix),
      );
    }
    if (dead.waiting > 0) {
      const fix = 'See docs/operations.md, "The dead-letter queue is not empty".';
      checks.push(look(about, `${dead.waiting} messages are in ${dead.name}.`, fix));
    }
    if (dead.retentionSeconds > 0 && dead.retentionSeconds < QUEUE_LIMITS.retentionSeconds) {
      const fix = `Keep messages in ${dead.name} for ${QUEUE_LIMITS.deadRetentionSeconds / 86_400} days: their age counts from the first sending.`;
      checks.push(
        look(about, `${dead.name} keeps messages for less time than they may have waited before.`, fix),
      );
    }
  }
  if (visibilitySeconds < QUEUE_LIMITS.visibilitySeconds) {
    const fix = `Set its visibility timeout to ${QUEUE_LIMITS.visibilitySeconds} s.`;
    checks.push(look(about, `Its visibility timeout is ${visibilitySeconds} s.`, fix));
  }
  if (waiting > MANY) {
    const fix = 'See whether its process runs (GET /healthz), and its log.';
    checks.push(look(about, `${waiting} messages wait.`, fix));
  }
  return checks.length > 0
    ? checks
    : [good(about, `It answers: ${waiting} waiting, ${inFlight} under way, none dead.`)];
}
