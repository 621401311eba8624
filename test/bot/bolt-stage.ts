import { WebClient } from '@slack/web-api';
import { bindListeners } from '../../bot/app.ts';
import type { ViewDeps } from '../../bot/deps.ts';
import { socketModeApp } from '../../bot/socket-app.ts';
import { slackClient, webClientOptions } from '../../bot/slack/client.ts';
import { slackDirectory } from '../../bot/slack/directory.ts';
import { slackLinks } from '../../bot/slack/links.ts';
import { opsLine } from '../../bot/slack/ops-line.ts';
import { parseConfig } from '../../core/config/parse.ts';
import type { ConfigInput } from '../../core/config/schema.ts';
import { finder } from '../../core/store/finder.ts';
import { homeStore } from '../../core/store/homes.ts';
import { scheduleStore } from '../../core/store/schedules.ts';
import { trackedStore } from '../../core/store/tracked.ts';
import { type Person, person } from '../integration/person.ts';
import { quiet } from '../integration/quiet.ts';
import { onStage, silent, type Stage, type StageOptions } from './stage.ts';

export interface BoltStage extends Stage {
  readonly bot: ViewDeps;
  /** Slack's Web API, as the bot asks it. */
  readonly web: WebClient;
  readonly alice: Person;
  readonly bob: Person;
  readonly dave: Person;
  /** The requests that the work queue was rung for. */
  readonly workRings: readonly string[];
}

const configuration = (channel: string): ConfigInput => ({
  teams: [
    {
      id: 'default',
      prefixes: ['base-images'],
      approvers: { users: [], userGroups: ['S01PLATFORM'] },
    },
  ],
  destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  channels: { default: channel },
});

/** The listeners on a real Bolt app in Socket Mode, over the stage's store and clock. */
export const onBolt = (
  options: StageOptions & { readonly bot?: Partial<ViewDeps>; readonly opsChannel?: string },
  scene: (stage: BoltStage) => Promise<void>,
): Promise<void> =>
  onStage(options, async (stage) => {
    const { slack } = stage;
    const parsed = parseConfig(JSON.stringify(configuration(slack.channels.mirror)));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const workRings: string[] = [];
    const asked = new WebClient(slack.botToken, { ...webClientOptions(slack.apiUrl, 1_500), logger: silent });
    const bot: ViewDeps = {
      config: parsed.config,
      configHash: parsed.hash,
      requests: stage.requests,
      change: stage.decide,
      bells: {
        work: async (id) => {
          workRings.push(id);
        },
        notify: stage.deps.ring,
      },
      directory: slackDirectory(asked, stage.now),
      finder: finder(stage.dynamo),
      homes: homeStore(stage.dynamo),
      schedules: scheduleStore(stage.dynamo),
      tracked: trackedStore(stage.dynamo),
      links: slackLinks(asked, stage.now),
      tellOps: opsLine({
        slack: slackClient(asked),
        channel: options.opsChannel,
        now: stage.now,
        log: quiet,
      }),
      now: stage.now,
      log: quiet,
      ...options.bot,
    };
    const { apiUrl, appToken, botToken } = slack;
    const { app } = socketModeApp({ apiUrl, appToken, botToken }, { timeoutMs: 1_500, log: quiet });
    bindListeners(app, bot);
    await app.init();
    await app.start();
    try {
      await slack.connected();
      const { approver, outsider, requester } = slack.people;
      const [alice, bob, dave] = [requester, approver, outsider].map((user) => person(slack, user));
      if (!alice || !bob || !dave) throw new Error('people');
      await scene({ ...stage, bot, web: asked, alice, bob, dave, workRings });
    } finally {
      await app.stop();
      await slack.disconnected();
    }
  });
