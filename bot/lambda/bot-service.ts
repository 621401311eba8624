import type { LambdaService } from '../../core/lambda/service.ts';
import { finder } from '../../core/store/finder.ts';
import { homeStore } from '../../core/store/homes.ts';
import { openStore } from '../../core/store/open-store.ts';
import type { BotService } from '../speaking.ts';

/** What the bot is given where it is a function. */
export function botService(service: LambdaService): BotService {
  const { bells, change, config, configHash, dynamo, log, metrics, now, random, requests } = service;
  const { schedules, tracked } = openStore(dynamo, now);
  return {
    config,
    configHash,
    requests,
    change,
    bells,
    finder: finder(dynamo),
    homes: homeStore(dynamo),
    schedules,
    tracked,
    metrics,
    now,
    random,
    log,
  };
}
