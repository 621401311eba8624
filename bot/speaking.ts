import { WebClient } from '@slack/web-api';
import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Bells } from '../core/queue/bell.ts';
import type { ChangeRequest } from '../core/store/change.ts';
import type { Finder } from '../core/store/finder.ts';
import type { HomeStore } from '../core/store/homes.ts';
import type { ScheduleStore } from '../core/store/schedules.ts';
import type { RequestStore } from '../core/store/store.ts';
import type { TrackedStore } from '../core/store/tracked.ts';
import type { ViewDeps } from './deps.ts';
import { redrawHomes } from './home/redraw.ts';
import type { NotifierDeps } from './notifier/deps.ts';
import { placer } from './notifier/place.ts';
import { slackClient, webClientOptions } from './slack/client.ts';
import { countedSlack } from './slack/counted.ts';
import { slackDirectory } from './slack/directory.ts';
import { slackLinks } from './slack/links.ts';
import { opsLine } from './slack/ops-line.ts';
import { openPace } from './slack/pace.ts';
import { type PacedSlack, pacedSlack } from './slack/paced.ts';
import { plainTables } from './slack/plain-tables.ts';

/** What the bot is given, however it is run. */
export interface BotService {
  readonly config: Config;
  readonly configHash: string;
  readonly requests: RequestStore;
  readonly change: ChangeRequest;
  readonly bells: Bells;
  /** For private answers and the Home tab. */
  readonly finder: Finder;
  readonly homes: HomeStore;
  readonly schedules: ScheduleStore;
  readonly tracked: TrackedStore;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** What listeners and notifier work with, over one token. */
export interface Speaking {
  readonly web: WebClient;
  readonly slack: PacedSlack;
  readonly listeners: ViewDeps;
  readonly notifier: NotifierDeps;
}

export interface Token {
  readonly botToken: string;
  /** Another Web API than slack.com's; ends in a slash. */
  readonly apiUrl?: string | undefined;
}

/** Asked before a click is answered, so well inside Slack's 3 s. */
export const CLICK_TIMEOUT_MS = 1_500;

export function openSpeaking(service: BotService, { apiUrl, botToken }: Token): Speaking {
  const { bells, change, config, configHash, log, metrics, now, random, requests } = service;
  const { finder, homes, schedules, tracked } = service;
  const { timing } = config.limits;
  const web = new WebClient(botToken, webClientOptions(apiUrl, timing.postTimeoutMs));
  const pace = openPace(now, config.limits.slackShare);
  const slack = pacedSlack(plainTables(countedSlack(slackClient(web), metrics, now), log), pace);
  const asked = new WebClient(botToken, webClientOptions(apiUrl, CLICK_TIMEOUT_MS));
  const listeners: ViewDeps = {
    config,
    configHash,
    requests,
    change,
    bells,
    directory: slackDirectory(asked, now),
    finder,
    homes,
    schedules,
    tracked,
    links: slackLinks(asked, now),
    tellOps: opsLine({ slack, channel: config.channels.ops, now, log }),
    now,
    log,
  };
  const notifier: NotifierDeps = {
    requests,
    slack,
    ring: bells.notify,
    timing,
    now,
    random,
    log,
    paused: config.paused,
    placeOf: placer(slack, config.channels.default, config.channels.ops),
    told: (item) => redrawHomes(listeners, web, item),
  };
  return { web, slack, listeners, notifier };
}
