import { setTimeout as sleep } from 'node:timers/promises';
import { readDeployedConfig } from '../config/deployed.ts';
import type { Config } from '../config/schema.ts';
import { jsonLog, type Log, logOf } from '../log.ts';
import { type EmfMetrics, emfMetrics } from '../metrics/emf.ts';
import { tellStory } from '../metrics/story.ts';
import type { Bells } from '../queue/bell.ts';
import { openBells } from '../queue/open-bells.ts';
import { type ChangeRequest, changer } from '../store/change.ts';
import { type Dynamo, openDynamo } from '../store/dynamo.ts';
import { requestStore } from '../store/items.ts';
import type { RequestStore } from '../store/store.ts';
import { readEnvironment } from './environment.ts';

export interface ServiceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the file beside the bundle. */
  readonly config: string;
  /** In its log: `bot`, `worker`, `tick`. */
  readonly part: string;
  /** Standard output, which Lambda takes for the log. */
  readonly write: (line: string) => void;
}

/** What every function of the deployed product starts with. */
export interface LambdaService {
  readonly config: Config;
  readonly configHash: string;
  readonly dynamo: Dynamo;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly metrics: EmfMetrics;
}

/** Throws an Error that names every variable that is missing. */
export function openService({ env, config: text, part, write }: ServiceOptions): LambdaService {
  const { config, hash: configHash } = readDeployedConfig(text);
  const { table, ...queues } = readEnvironment(env, ['table', 'workQueueUrl', 'notifyQueueUrl']);
  const now = Date.now;
  const { random } = Math;
  const pause = async (ms: number): Promise<void> => {
    await sleep(ms);
  };
  const metrics = emfMetrics(write, now);
  const lines = jsonLog(write, now);
  const log = logOf(lines, part);
  const dynamo = openDynamo(table);
  const requests = requestStore(dynamo);
  const onChange = tellStory({ log: logOf(lines, 'request'), metrics });
  const change = changer({
    requests,
    timing: config.limits.timing,
    now,
    random,
    sleep: pause,
    onChange,
  });
  const bells = openBells({ ...queues, log: logOf(lines, 'queue'), metrics });
  return { config, configHash, dynamo, requests, change, bells, now, random, sleep: pause, log, metrics };
}
