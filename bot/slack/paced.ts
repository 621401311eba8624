import type { PartHealth } from '../../core/health/health.ts';
import type { Slack } from './client.ts';
import { isLockedOut, type SlackAnswer } from './errors.ts';
import type { Method, Pace } from './pace.ts';

/** While the app is not let in, one call in this long asks whether it is again. */
const LOCKED_OUT_MS = 30_000;

export interface PacedSlack extends Slack {
  /** Whether Slack lets the app say anything. */
  health(): PartHealth;
}

/**
 * The same Slack within one budget for all stories of the process: what has no room is answered `busy` without a call, and
 * what Slack says of one story's call (Retry-After, a token that is revoked) counts for all of them.
 */
export function pacedSlack(slack: Slack, pace: Pace): PacedSlack {
  let lockedOut: string | undefined;
  const paced = async <T>(
    method: Method,
    channel: string,
    run: () => Promise<SlackAnswer<T>>,
  ): Promise<SlackAnswer<T>> => {
    const wait = pace.take(method, channel);
    if (wait > 0) return { kind: 'busy', afterMs: wait };
    const answer = await run();
    if (answer.kind === 'busy') pace.hold(method, answer.afterMs);
    // One missing scope concerns one kind of call; everything else concerns the app.
    const locked = answer.kind === 'refused' && isLockedOut(answer.code) ? answer.code : undefined;
    if (locked !== undefined) pace.hold(method, LOCKED_OUT_MS);
    if (locked !== undefined && locked !== 'missing_scope') lockedOut = locked;
    if (answer.kind === 'ok') lockedOut = undefined;
    return answer;
  };
  return {
    post: (post) => paced('post', post.channel, () => slack.post(post)),
    edit: (channel, ts, message) => paced('edit', channel, () => slack.edit(channel, ts, message)),
    whisper: (channel, user, message) =>
      paced('whisper', channel, () => slack.whisper(channel, user, message)),
    openDm: (user) => paced('openDm', user, () => slack.openDm(user)),
    enter: (channel) => paced('enter', channel, () => slack.enter(channel)),
    find: (where, key) => paced('look', where.channel, () => slack.find(where, key)),
    findAll: (where, key) => paced('look', where.channel, () => slack.findAll(where, key)),
    remove: (channel, ts) => paced('remove', channel, () => slack.remove(channel, ts)),
    waitFor: (call, channel) =>
      call === 'progress' ? Number(!pace.hasSpare('edit')) : pace.waitFor(call, channel),
    health: () =>
      lockedOut === undefined
        ? { ok: true, text: 'lets the app speak' }
        : { ok: false, text: `does not let the app speak: ${lockedOut}` },
  };
}
