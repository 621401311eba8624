/** A kind of call that Slack limits by itself; a post also by its channel. */
export type Method = 'post' | 'edit' | 'whisper' | 'look' | 'enter' | 'openDm' | 'remove';

/**
 * How fast all stories of this process together may call Slack. A call that has no room is told when to come back; those
 * told so come back one after another, not all at once.
 */
export interface Pace {
  /** Ms until the call may be made; 0 = it may, and counts as made. */
  take(method: Method, channel: string): number;
  /** The same without counting anything. */
  waitFor(method: Method, channel: string): number;
  /** Whether there is room for a call that need not be made: enough is left for those that must. */
  hasSpare(method: Method): boolean;
  /** Slack said to come back later: nobody calls the method before. */
  hold(method: Method, ms: number): void;
}

interface Allowance {
  /** So many at once after a pause. */
  readonly burst: number;
  readonly perMinute: number;
}

/**
 * Below Slack's own: chat.update, conversations.* and chat.delete are tier 3 (50 and more a minute), chat.postEphemeral
 * tier 4 (100 and more), chat.postMessage one a second a channel with short bursts, and a cap of the workspace that is not
 * published (docs.slack.dev/apis/web-api/rate-limits). The rest is for whoever else uses the token: listeners, a second process.
 */
const ALLOWANCES: Readonly<Record<Method, Allowance>> = {
  post: { burst: 40, perMinute: 200 },
  edit: { burst: 10, perMinute: 40 },
  whisper: { burst: 20, perMinute: 80 },
  look: { burst: 10, perMinute: 40 },
  enter: { burst: 10, perMinute: 40 },
  openDm: { burst: 10, perMinute: 40 },
  remove: { burst: 10, perMinute: 40 },
};
const A_CHANNEL: Allowance = { burst: 4, perMinute: 60 };
/** Channels that nothing was posted to for long are forgotten. */
const CHANNELS_MAX = 2_000;

/** Token buckets in memory: `now` in epoch ms; `share` of the allowances is taken, for processes that share a token. */
export function openPace(now: () => number, share = 1): Pace {
  const methods = new Map<Method, Bucket>();
  const channels = new Map<string, Bucket>();
  const holds = new Map<Method, number>();
  const methodBucket = (method: Method): Bucket => {
    const bucket = methods.get(method) ?? newBucket(ALLOWANCES[method], share, now());
    methods.set(method, bucket);
    return bucket;
  };
  const channelBucket = (channel: string): Bucket => {
    const bucket = channels.get(channel) ?? newBucket(A_CHANNEL, share, now());
    channels.delete(channel);
    channels.set(channel, bucket);
    const [oldest] = channels.keys();
    if (channels.size > CHANNELS_MAX && oldest !== undefined) channels.delete(oldest);
    return bucket;
  };
  const bucketsOf = (method: Method, channel: string): readonly Bucket[] =>
    method === 'post' ? [methodBucket(method), channelBucket(channel)] : [methodBucket(method)];
  const waitFor = (method: Method, channel: string): number => {
    const at = now();
    const held = (holds.get(method) ?? 0) - at;
    const waits = bucketsOf(method, channel).map((bucket) => bucket.wait(at));
    const longest = Math.max(0, held, ...waits);
    if (longest === 0) return 0;
    // Each that is sent away gets a place of its own behind those sent away before.
    const places = bucketsOf(method, channel).map((bucket) => bucket.queue(at, longest));
    return Math.ceil(Math.max(...places));
  };
  return {
    waitFor,
    take: (method, channel) => {
      const wait = waitFor(method, channel);
      if (wait === 0) for (const bucket of bucketsOf(method, channel)) bucket.take(now());
      return wait;
    },
    hasSpare: (method) => (holds.get(method) ?? 0) <= now() && methodBucket(method).hasSpare(now()),
    hold: (method, ms) => {
      holds.set(method, Math.max(holds.get(method) ?? 0, now() + ms));
    },
  };
}

interface Bucket {
  /** Ms until there is one. */
  wait(at: number): number;
  take(at: number): void;
  /** More than half of a burst is left. */
  hasSpare(at: number): boolean;
  /** Ms after which somebody who cannot go yet comes back: not before `least`, and after whoever was sent away before. */
  queue(at: number, least: number): number;
}

function newBucket(allowance: Allowance, share: number, from: number): Bucket {
  const gapMs = 60_000 / (allowance.perMinute * share);
  const burst = Math.max(1, allowance.burst * share);
  let left = burst;
  let seen = from;
  let last = 0;
  const refill = (at: number): void => {
    left = Math.min(burst, left + Math.max(0, at - seen) / gapMs);
    seen = Math.max(seen, at);
  };
  return {
    wait: (at) => {
      refill(at);
      return left >= 1 ? 0 : (1 - left) * gapMs;
    },
    take: (at) => {
      refill(at);
      left -= 1;
    },
    hasSpare: (at) => {
      refill(at);
      return left >= Math.max(1, burst / 2);
    },
    queue: (at, least) => {
      last = Math.max(at + least, last + gapMs);
      return last - at;
    },
  };
}
