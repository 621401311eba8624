import { App, type Logger, LogLevel, webApi } from '@slack/bolt';

import { type LocalClient, localClient } from '../../../local/slack/local-client.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '../../../local/slack/start.ts';

export interface Stage {
  readonly slack: SlackStandIn;
  readonly people: LocalClient;
  readonly app: App;
  /** The app's own client, without retries: every answer is seen. */
  readonly client: webApi.WebClient;
}

/** Runs `scene` with the stand-in and a real Bolt app in Socket Mode, and takes both down again, app first. */
export async function onStage(options: SlackOptions, scene: (stage: Stage) => Promise<void>): Promise<void> {
  const slack = await startSlack(options);
  const app = boltApp(slack);
  try {
    await app.start();
    await slack.connected();
    await scene({ slack, people: localClient(slack.url), app, client: webClient(slack) });
  } finally {
    await app.stop();
    await slack.close();
  }
}

export function boltApp(slack: SlackStandIn): App {
  return new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
}

export function webClient(slack: SlackStandIn, token = slack.botToken): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Refusals are what these tests are about; the client's log would only repeat them.
    logger: silent,
  });
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** Slack's error code of a refused call, and what else it said. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'data' in error && typeof error.data === 'object' && error.data !== null)
      return { ...error.data };
    throw error;
  }
  throw new Error('the call was not refused');
}
