import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Slack } from './client.ts';
import type { SlackAnswer } from './errors.ts';

/** The same Slack; each call is counted with how it was answered, and timed. */
export function countedSlack(slack: Slack, metrics: Metrics, now: () => number): Slack {
  const counted = async <T>(call: string, run: () => Promise<SlackAnswer<T>>): Promise<SlackAnswer<T>> => {
    const began = now();
    const answer = await run();
    metrics.count('mirror_slack_calls_total', { call, answer: answer.kind });
    metrics.time('mirror_slack_call_seconds', now() - began, { call });
    return answer;
  };
  return {
    post: (post) => counted('post', () => slack.post(post)),
    edit: (channel, ts, message) => counted('edit', () => slack.edit(channel, ts, message)),
    whisper: (channel, user, message) => counted('whisper', () => slack.whisper(channel, user, message)),
    openDm: (user) => counted('openDm', () => slack.openDm(user)),
    enter: (channel) => counted('enter', () => slack.enter(channel)),
    find: (where, key) => counted('find', () => slack.find(where, key)),
    findAll: (where, key) => counted('findAll', () => slack.findAll(where, key)),
    remove: (channel, ts) => counted('remove', () => slack.remove(channel, ts)),
    waitFor: slack.waitFor,
  };
}
