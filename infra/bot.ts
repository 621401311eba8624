import { Duration, type Stack } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Deployment } from './deployment.ts';
import { asVersion } from './exact.ts';
import { type MadeFunction, nodeFunction } from './node-function.ts';
import { grant, mayRead } from './rights.ts';
import { ringing } from './ringing.ts';
import type { State } from './state.ts';

export interface Bot extends MadeFunction {
  /** What is called from outside: whoever is being answered by the version before is answered to the end. */
  readonly live: Alias;
}

/** Bolt loads its own servers, its OAuth and its socket client with its first line; here none of them is used. */
const UNUSED = ['express', 'raw-body', 'path-to-regexp', '@slack/oauth', '@slack/socket-mode'];

/** Commands and clicks: no right on ECR at all, no secret of a registry. */
export function mirrorBot(stack: Stack, deployment: Deployment, state: State): Bot {
  const { fn, role } = nodeFunction(stack, deployment, {
    id: 'Bot',
    entry: 'bot/lambda/http.ts',
    description: 'Mirror: commands and clicks',
    // A cold start has to fit into Slack's 3 s, and processor time comes with memory.
    memoryMb: 1_024,
    timeout: Duration.seconds(10),
    environment: { ...state.environment, MIRROR_SLACK_SECRET: state.secrets.slack.ref },
    unused: UNUSED,
  });
  grant(role, ['listener'], state.resources);
  ringing(role, state.queues);
  mayRead(role, state.secrets.slack.ref);
  const live = new Alias(stack, 'BotLive', { aliasName: 'live', version: asVersion(fn.currentVersion) });
  return { fn, role, live };
}
