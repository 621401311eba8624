import { LOOK_MS, tellWithoutQueue, type WithoutQueueDeps } from './without-queue.ts';

/** Looks every ten seconds whether stories have to be told without the queue, one look after another. */
export function startWithoutQueue(deps: WithoutQueueDeps): { stop(): void } {
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    tellWithoutQueue(deps)
      .catch((error: unknown) => deps.notifier.log('error', 'a look without the queue failed', { error }))
      .finally(() => {
        looking = false;
      });
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}
