import { type App, CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib';
import { mirrorAlarms } from './alarms.ts';
import { mirrorBot } from './bot.ts';
import { mirrorDashboard } from './dashboard.ts';
import type { Deployment } from './deployment.ts';
import { mirrorEdge } from './edge.ts';
import { mirrorEvents } from './events.ts';
import { asFunction } from './exact.ts';
import { homeOf, stackName } from './home.ts';
import { mirrorNotifier, NOTIFIER_TIMEOUT } from './notifier.ts';
import { mirrorState } from './state.ts';
import { mirrorTick } from './tick.ts';
import { mirrorWorker } from './worker.ts';

/** As long as Lambda lets a function run (quotas); a copy that takes longer goes on in the next invocation. */
const WORKER_TIMEOUT = Duration.minutes(15);

/**
 * The whole product in one stack. What holds state stands directly below the stack: moving code around must never make
 * another table of it.
 */
export function mirrorStack(app: App, deployment: Deployment): Stack {
  const { config } = deployment;
  const stack = new Stack(app, stackName(config), {
    env: homeOf(config),
    description: 'Mirror: container images asked for and approved in Slack, copied into Amazon ECR',
    terminationProtection: true,
  });
  Tags.of(stack).add('product', 'mirror');
  const state = mirrorState(stack, {
    workerTimeout: WORKER_TIMEOUT,
    notifierTimeout: NOTIFIER_TIMEOUT,
  });
  const { queues, secrets, table } = state;
  const bot = mirrorBot(stack, deployment, state);
  const notifier = mirrorNotifier(stack, deployment, state);
  const worker = mirrorWorker(stack, deployment, { state, timeout: WORKER_TIMEOUT });
  const tick = mirrorTick(stack, deployment, state);
  const requestUrl = mirrorEdge(stack, deployment, bot);
  mirrorEvents(stack, deployment, { state, tick, notifier });
  const functions = { bot: asFunction(bot.live), notifier: notifier.fn, worker: worker.fn, tick: tick.fn };
  const alarms = mirrorAlarms(stack, deployment, { functions, queues });
  const dashboard = mirrorDashboard(stack, deployment, { functions, queues, alarms });
  const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
    SlackRequestUrl: [requestUrl, 'Where Slack posts to: npm run slack:manifest writes it into the manifest'],
    SlackSecretArn: [
      secrets.slack.ref,
      'npm run secrets:put stores the bot token and the signing secret here',
    ],
    RegistrySecretArn: [
      secrets.registry.ref,
      'npm run secrets:put stores accounts of source registries here',
    ],
    TableName: [table.tableName, 'MIRROR_TABLE of npx mirror doctor'],
    WorkQueueUrl: [queues.work.queue.queueUrl, 'MIRROR_WORK_QUEUE_URL of npx mirror doctor'],
    NotifyQueueUrl: [queues.notify.queue.queueUrl, 'MIRROR_NOTIFY_QUEUE_URL of npx mirror doctor'],
    WorkDeadQueueUrl: [queues.work.dead.queueUrl, 'Doorbells of the worker that nobody could answer'],
    NotifyDeadQueueUrl: [queues.notify.dead.queueUrl, 'Doorbells of the notifier that nobody could answer'],
    BotFunction: [bot.fn.functionName, 'Commands and clicks'],
    WorkerFunction: [worker.fn.functionName, 'Look-ups, copies and findings'],
    WorkerRoleArn: [worker.role.roleArn, 'Who pushes; registryPolicy.writers wants it'],
    DashboardName: [dashboard.dashboardName, 'In CloudWatch'],
  };
  for (const [name, [value, description]] of Object.entries(outputs)) {
    new CfnOutput(stack, name, { value, description });
  }
  return stack;
}
