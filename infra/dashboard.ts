import { Duration, type Stack } from 'aws-cdk-lib';
import { AlarmStatusWidget, type Alarm, Dashboard, GraphWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { figure } from './alarms.ts';
import type { Functions } from './function-set.ts';
import { stackName } from './home.ts';
import type { Deployment } from './deployment.ts';
import type { Queues } from './queues.ts';

export interface DashboardProps {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly alarms: readonly Alarm[];
}

const FIVE = { period: Duration.minutes(5) };

/** One page: what is wrong, what waits, how long things take, what was copied. */
export function mirrorDashboard(
  stack: Stack,
  { config }: Deployment,
  { alarms, functions, queues }: DashboardProps,
): Dashboard {
  const { bot, notifier, tick, worker } = functions;
  const each = Object.entries({ bot, notifier, worker, tick });
  const dashboard = new Dashboard(stack, 'Dashboard', {
    dashboardName: `${stackName(config)}-${stack.region}`,
    defaultInterval: Duration.days(1),
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'What is wrong', alarms: [...alarms], width: 24 }));
  dashboard.addWidgets(
    new GraphWidget({
      title: 'Age of the oldest doorbell, s',
      left: [queues.work, queues.notify].map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(FIVE)),
    }),
    new GraphWidget({
      title: 'Dead letters',
      left: [queues.work, queues.notify].map(({ dead }) =>
        dead.metricApproximateNumberOfMessagesVisible(FIVE),
      ),
    }),
    new GraphWidget({
      title: 'Errors',
      left: each.map(([label, fn]) => fn.metricErrors({ ...FIVE, label })),
    }),
    new GraphWidget({
      title: 'Answering Slack, ms',
      left: [50, 99].map((p) =>
        bot.metricDuration({ ...FIVE, statistic: Stats.percentile(p), label: `p${p}` }),
      ),
    }),
  );
  dashboard.addWidgets(
    new GraphWidget({
      title: 'Copied, bytes',
      left: [figure('mirror_copied_bytes_total')],
    }),
    new GraphWidget({
      title: 'Failed and refused images',
      left: [figure('mirror_failures_total')],
    }),
    new GraphWidget({
      title: 'Workers at the same time',
      left: [worker.metric('ConcurrentExecutions', { ...FIVE, statistic: Stats.MAXIMUM })],
    }),
    new GraphWidget({
      title: 'Doorbells lost, requests not signed',
      left: [figure('mirror_rings_lost_total'), figure('mirror_signatures_refused_total')],
    }),
  );
  return dashboard;
}
