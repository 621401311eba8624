import type { JsonObject } from '../json-object.ts';
import { textAt } from '../json-object.ts';

/**
 * `generous` slows down only a flood of chat.postMessage into one channel · `strict` counts every method as Slack does
 * · `off` counts nothing.
 */
export type RateLimits = 'generous' | 'strict' | 'off';

/** Answers how many whole seconds to wait (`Retry-After`), or `undefined` when the call may pass. */
export type RateLimiter = (method: string, args: JsonObject) => number | undefined;

interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

const tier2 = { burst: 20, perSecond: 20 / 60 };
const tier3 = { burst: 50, perSecond: 50 / 60 };
const tier4 = { burst: 100, perSecond: 100 / 60 };

/** https://docs.slack.dev/apis/web-api/rate-limits and each method's page. */
const tiers: { readonly [method: string]: Bucket } = {
  'chat.update': tier3,
  'chat.delete': tier3,
  'chat.postEphemeral': tier4,
  'views.open': tier4,
  'views.update': tier4,
  'views.publish': tier4,
  'views.push': tier4,
  'users.info': tier4,
  'usergroups.list': tier2,
  'usergroups.users.list': tier2,
  'conversations.info': tier3,
  'conversations.join': tier3,
  'conversations.open': tier3,
  'conversations.history': tier3,
  'conversations.replies': tier3,
  'conversations.members': tier4,
  'apps.connections.open': tier3,
};

export function createRateLimiter(limits: RateLimits, now: () => number): RateLimiter {
  const levels = new Map<string, { left: number; at: number }>();
  const bucketOf = (method: string): Bucket | undefined => {
    if (limits === 'off') return undefined;
    // "1 per second per channel, short bursts allowed"; how short is not published.
    if (method === 'chat.postMessage') return { burst: limits === 'strict' ? 5 : 20, perSecond: 1 };
    return limits === 'strict' ? tiers[method] : undefined;
  };
  return (method, args) => {
    const bucket = bucketOf(method);
    if (!bucket) return undefined;
    const key = method === 'chat.postMessage' ? `${method} ${textAt(args, 'channel')}` : method;
    const before = levels.get(key) ?? { left: bucket.burst, at: now() };
    const left = Math.min(bucket.burst, before.left + ((now() - before.at) / 1000) * bucket.perSecond);
    levels.set(key, { left: left < 1 ? left : left - 1, at: now() });
    return left < 1 ? Math.ceil((1 - left) / bucket.perSecond) : undefined;
  };
}
