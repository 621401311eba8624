import { Duration, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Deployment } from './deployment.ts';
import type { Functions } from './function-set.ts';
import type { Queues } from './queues.ts';

export interface AlarmsProps {
  readonly functions: Functions;
  readonly queues: Queues;
}

interface Rise {
  readonly metric: IMetric;
  readonly atLeast: number;
  readonly periods?: number;
  /** What it means, and where to read on. */
  readonly means: string;
}

const FIVE = Duration.minutes(5);
/** The namespace, the dimension and the names of core/metrics/emf.ts; a test compares them. */
const FIGURES = { namespace: 'Mirror', dimensions: { service: 'mirror' } } as const;

export const figure = (metricName: string): Metric =>
  new Metric({
    namespace: FIGURES.namespace,
    metricName,
    dimensionsMap: { ...FIGURES.dimensions },
    statistic: Stats.SUM,
    period: FIVE,
  });

/** Each alarm is worth a look, and says where to look; what ends by itself raises none. */
export function mirrorAlarms(
  stack: Stack,
  { config }: Deployment,
  { functions, queues }: AlarmsProps,
): readonly Alarm[] {
  const topic = new Topic(stack, 'Alarms', { enforceSSL: true, displayName: 'Mirror' });
  if (config.aws.alarmEmail !== undefined) {
    topic.addSubscription(new EmailSubscription(config.aws.alarmEmail));
  }
  const alarms: Alarm[] = [];
  const rings = (id: string, { means, ...when }: AlarmProps & { readonly means: string }): void => {
    const alarm = new Alarm(stack, `${id}Alarm`, {
      ...when,
      alarmDescription: `${means} (docs/operations.md)`,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarms.push(alarm);
  };
  const rises = (id: string, { atLeast, means, metric, periods = 1 }: Rise): void =>
    rings(id, {
      metric,
      threshold: atLeast,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      means,
    });
  const { bot, notifier, tick, worker } = functions;
  const errors = (fn: IFunction): IMetric => fn.metricErrors({ period: FIVE, statistic: Stats.SUM });
  rises('BotErrors', { metric: errors(bot), atLeast: 1, means: 'Commands or clicks fail' });
  rises('BotSlow', {
    metric: bot.metricDuration({ period: FIVE, statistic: Stats.percentile(99) }),
    atLeast: 2_000,
    periods: 2,
    means: 'Slack gives up on an answer after 3 s',
  });
  rises('BotThrottles', {
    metric: bot.metricThrottles({ period: FIVE, statistic: Stats.SUM }),
    atLeast: 1,
    periods: 2,
    means: 'The account has no more concurrent executions left for the bot',
  });
  rises('Unsigned', {
    metric: figure('mirror_signatures_refused_total'),
    atLeast: 50,
    means: 'Requests that Slack did not sign: a wrong signing secret, or somebody who tries',
  });
  rises('NotifierErrors', {
    metric: errors(notifier),
    atLeast: 1,
    periods: 3,
    means: 'Nothing is said in Slack',
  });
  rises('WorkerErrors', {
    metric: errors(worker),
    atLeast: 1,
    means: 'The worker crashed or ran out of time',
  });
  rises('TickErrors', { metric: errors(tick), atLeast: 3, periods: 2, means: 'Nobody looks at what is due' });
  rings('TickSilent', {
    metric: tick.metricInvocations({ period: FIVE, statistic: Stats.SUM }),
    threshold: 1,
    evaluationPeriods: 3,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    means: 'The clock does not call the tick: nothing that was forgotten is rung for again',
  });
  rises('WorkOld', {
    metric: queues.work.queue.metricApproximateAgeOfOldestMessage({ period: FIVE }),
    atLeast: Duration.minutes(30).toSeconds(),
    periods: 2,
    means: 'Doorbells of the worker wait',
  });
  rises('NotifyOld', {
    metric: queues.notify.queue.metricApproximateAgeOfOldestMessage({ period: FIVE }),
    atLeast: Duration.minutes(15).toSeconds(),
    periods: 2,
    means: 'Doorbells of the notifier wait',
  });
  // The worker and the notifier empty their own; what stays for an hour is what nobody here can read.
  rises('WorkDead', {
    metric: queues.work.dead.metricApproximateNumberOfMessagesVisible({ period: FIVE }),
    atLeast: 1,
    periods: 12,
    means: 'The dead-letter queue of the worker is not empty',
  });
  rises('NotifyDead', {
    metric: queues.notify.dead.metricApproximateNumberOfMessagesVisible({ period: FIVE }),
    atLeast: 1,
    periods: 12,
    means: 'The dead-letter queue of the notifier is not empty',
  });
  rises('Died', {
    metric: figure('mirror_dead_letters_total'),
    atLeast: 1,
    means: 'A doorbell could not be answered, time and again: mostly a bug',
  });
  return alarms;
}
