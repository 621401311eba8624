import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isQuiet } from '../../core/config/hours.ts';
import { CONFIG_FILE } from '../../core/lambda/environment.ts';
import type { EventBridgeEvent } from '../../core/lambda/event.ts';
import { openService } from '../../core/lambda/service.ts';
import { botHealthStore, workspaceOf } from '../../core/store/bot-health.ts';
import { scheduleStore } from '../../core/store/schedules.ts';
import { scanHint } from '../tick/scan-hint.ts';
import type { SchedulesDeps } from '../tick/schedules.ts';
import { tick } from '../tick/tick.ts';

const { env } = process;
const service = openService({
  env,
  config: readFileSync(env[CONFIG_FILE] ?? join(import.meta.dirname, 'mirror.config.json'), 'utf8'),
  part: 'tick',
  write: (line) => process.stdout.write(line),
});

const schedules: SchedulesDeps = {
  ...service,
  schedules: scheduleStore(service.dynamo),
  workspace: workspaceOf(botHealthStore(service.dynamo)),
};

/** The deployed tick: the minute's look at what is due, and ECR's word that a scan is over. */
export async function handler(event: EventBridgeEvent): Promise<void> {
  const { bells, change, config, log, metrics, now, requests } = service;
  const { timing } = config.limits;
  const began = now();
  try {
    if (event.source === 'aws.ecr' || event.source === 'aws.inspector2') {
      await scanHint({ requests, bells, timing, now, log }, event);
      return;
    }
    await tick({
      requests,
      change,
      bells,
      timing,
      isQuiet: (at) => isQuiet(config.hours, at),
      schedules,
      now,
      log,
    });
    metrics.count('mirror_ticks_total', { outcome: 'done' });
    metrics.time('mirror_tick_seconds', now() - began);
  } catch (error) {
    metrics.count('mirror_ticks_total', { outcome: 'failed' });
    throw error;
  } finally {
    metrics.flush();
  }
}
