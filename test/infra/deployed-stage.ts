import { SQSClient } from '@aws-sdk/client-sqs';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import type { LambdaFunction } from '../../local/lambda/function.ts';
import { signedPost } from '../../local/slack/http/signed-post.ts';
import { type Deployed, type DeployedOptions, startDeployed } from '../../local/lambda/deployed.ts';
import {
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  startStandIns,
  type StandInsOptions,
} from '../../local/stand-ins.ts';
import { person } from '../integration/person.ts';
import { FAST, NO_SCAN_TIME, type Stage } from '../integration/stage.ts';
import { smallImages } from '../local/upstream/small-images.ts';

/** The stage of the other stories, with the deployed bundles in place of the one process. */
export interface DeployedStage extends Stage {
  readonly deployed: Deployed;
  /** What the functions wrote to their logs. */
  readonly log: () => string;
}

export type DeployedStageOptions = Partial<StandInsOptions> &
  Partial<Omit<DeployedOptions, 'bundles' | 'log'>> &
  Pick<DeployedOptions, 'bundles'>;

/** Processes start in the middle of it, so nobody is given up as quickly as in one process. */
const TIMING = {
  ...FAST,
  leaseMs: 20_000,
  heartbeatMs: 2_000,
  ringAfterMs: 1_000,
  sayAfterMs: 1_000,
  postTimeoutMs: 10_000,
  postDeadlineMs: 12_000,
  putTimeoutMs: 10_000,
};

const AWS = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };

export async function startDeployedStage(options: DeployedStageOptions): Promise<DeployedStage> {
  const { bundles, configure, edge = 'http-api', env, patienceMs, timeouts, ...rest } = options;
  let tick: LambdaFunction | undefined;
  const standIns = await startStandIns({
    page: false,
    // Slack waits for 3 s; a machine that does other things at the same time takes longer.
    slack: { ackDeadlineMs: 15_000 },
    hub: { images: smallImages },
    ...rest,
    ecr: {
      scan: NO_SCAN_TIME,
      // What the rules of the stack bring to the tick.
      events: { sink: (body) => void tick?.invoke(JSON.parse(body)) },
      ...rest.ecr,
    },
    configure: (config) => {
      const fast = { ...config, limits: { ...config.limits, resolvesPerHour: 1_000, timing: TIMING } };
      return configure ? configure(fast) : fast;
    },
  });
  const lines: string[] = [];
  const deployed = await startDeployed(standIns, {
    bundles,
    edge,
    tickMs: 500,
    ...(env && { env }),
    ...(timeouts && { timeouts }),
    ...(patienceMs !== undefined && { patienceMs }),
    ...('slackSecret' in options && { slackSecret: options.slackSecret }),
    log: (name, text) => lines.push(`${name} ${text}`),
  });
  tick = deployed.functions.Tick;
  const { slack } = standIns;
  await wake(deployed.requestUrl, slack.signingSecret);
  const { requester, approver, approver2, outsider } = slack.people;
  const dynamo = openDynamo(standIns.table, { ...AWS, endpoint: standIns.dynamoDbUrl });
  const sqs = new SQSClient({ ...AWS, endpoint: standIns.sqsUrl });
  return {
    local: { ...standIns, healthUrl: undefined },
    deployed,
    log: () => lines.join(''),
    slack,
    get hub() {
      if (!standIns.upstream) throw new Error('this stage has no sample Hub');
      return standIns.upstream;
    },
    alice: person(slack, requester),
    bob: person(slack, approver),
    carol: person(slack, approver2),
    dave: person(slack, outsider),
    requests: requestStore(dynamo),
    sqs,
    close: async () => {
      await deployed.stop();
      sqs.destroy();
      dynamo.client.destroy();
      await standIns.close();
    },
  };
}

/** On a busy machine a cold start alone takes longer than Slack waits. */
async function wake(url: string, signingSecret: string): Promise<void> {
  const body = { type: 'url_verification', challenge: 'awake' };
  const { body: text, headers } = signedPost({ signingSecret, now: Date.now }, 'events_api', body);
  await fetch(url, { method: 'POST', headers, body: text });
}
