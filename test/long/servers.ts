import { startStandIns } from '../../local/stand-ins.ts';
import { NO_SCAN_TIME } from '../integration/stage.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { crowd } from './crowd.ts';

/** What the product talks to, as a process of its own: under load it would slow down whoever measures. */
const { channels, people } = crowd({ people: 200, channels: 20 });
const standIns = await startStandIns({
  page: false,
  hub: { images: smallImages, pullLimit: 10_000_000 },
  slack: { more: { channels, people }, rateLimits: 'off' },
  ecr: { scan: NO_SCAN_TIME },
  configure: (config) => ({
    ...config,
    limits: {
      ...config.limits,
      imagesAtOnce: 8,
      resolvesPerHour: 10_000,
      openPerPerson: 1_000,
      openPerChannel: 10_000,
      slackShare: 1_000,
    },
  }),
});
const { configText, dynamoDbUrl, queues, slack, sqsUrl, table } = standIns;
console.log(
  JSON.stringify({
    configText,
    dynamoDbUrl,
    queues,
    sqsUrl,
    table,
    slack: { url: slack.url, apiUrl: slack.apiUrl, botToken: slack.botToken, appToken: slack.appToken },
  } satisfies Servers),
);

export interface Servers {
  readonly configText: string;
  readonly dynamoDbUrl: string;
  readonly sqsUrl: string;
  readonly table: string;
  readonly queues: typeof queues;
  readonly slack: {
    readonly url: string;
    readonly apiUrl: string;
    readonly botToken: string;
    readonly appToken: string;
  };
}
process.once('SIGTERM', () => void standIns.close().then(() => process.exit(0)));
