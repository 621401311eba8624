import { botFindings } from '../core/health/bot-check.ts';
import type { Log } from '../core/log.ts';
import type { BotHealthStore } from '../core/store/bot-health.ts';
import { checkSelf, type SelfCheck } from './self-check.ts';

export interface SelfCheckingOptions extends SelfCheck {
  readonly store: BotHealthStore;
  readonly log: Log;
}

/** `mirror doctor` says so where the last look is much older than this. */
const EVERY_MS = 600_000;

/** Looks at the start and every ten minutes. */
export function startSelfChecking(options: SelfCheckingOptions): { stop(): void } {
  void lookAtSelf(options);
  const timer = setInterval(() => void lookAtSelf(options), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** What is wrong is logged and left in `HEALTH#bot`. Never throws. */
export async function lookAtSelf(options: SelfCheckingOptions): Promise<void> {
  const { log, store } = options;
  try {
    const check = await checkSelf(options);
    for (const { fix, stops, what } of botFindings(check)) log(stops ? 'error' : 'warn', what, { fix });
    await store.put(check);
  } catch (error) {
    log('warn', 'the bot could not write down how it stands in Slack', { error });
  }
}
