import { hasCard, hasSomethingToSay } from './deliveries.ts';
import type { ImageId } from './image.ts';
import { imagesOf, RESOLVE, type RequestItem, SCAN } from './request.ts';

/** What a request, or one image of it, waits for. */
export interface Waiting {
  readonly image?: ImageId;
  readonly why: string;
  /** Longer than anything that works takes. */
  readonly stuck: boolean;
}

export interface WaitingOptions {
  readonly now: number;
  /** Work that is overdue by more than this is stuck. */
  readonly patienceMs: number;
}

/** Everything an open request waits for, in words for whoever runs the mirror. Pure. */
export function waitings(item: RequestItem, { now, patienceMs }: WaitingOptions): readonly Waiting[] {
  const late = (since: number): boolean => now - since > patienceMs;
  const list: Waiting[] = [];
  if (item.state === 'resolving') list.push(lookup(item, now, late));
  for (const [image, { state, failure, notBefore, since, scan, expiresAt }] of imagesOf(item)) {
    switch (state) {
      case 'ready':
        list.push({ image, why: `a decision${untilText(expiresAt)}`, stuck: late(expiresAt ?? now) });
        break;
      case 'held':
        list.push({
          image,
          why: `somebody to release it${untilText(expiresAt)}`,
          stuck: late(expiresAt ?? now),
        });
        break;
      case 'queued': {
        const again =
          failure && notBefore > now ? `${failure.summary} Next try ${time(notBefore)}` : undefined;
        list.push({ image, why: again ?? 'a worker', stuck: late(Math.max(since, notBefore)) });
        break;
      }
      case 'copying': {
        const until = item.work[image]?.until ?? since;
        const why =
          until > now
            ? 'its copy, which is under way'
            : `a worker to take it over: the last one was not heard of since ${time(until)}`;
        list.push({ image, why, stuck: late(until) });
        break;
      }
      case 'pushed':
        list.push({ image, why: 'its scan, before it is tagged', stuck: late(since) });
        break;
      default:
    }
    if (scan === 'waiting' && state !== 'pushed') {
      list.push({ image, why: 'findings of its scan', stuck: late(item.work[SCAN]?.until ?? since) });
    }
  }
  if (hasSomethingToSay(item)) list.push(story(item, now, late));
  return list;
}

function lookup(item: RequestItem, now: number, late: (since: number) => boolean): Waiting {
  const lease = item.work[RESOLVE];
  if (!lease) return { why: 'a worker to look it up', stuck: late(item.createdAt) };
  if (lease.owner !== '' && lease.until > now)
    return { why: 'its look-up, which is under way', stuck: false };
  const tries = `${lease.attempt ?? 1} tries so far`;
  return { why: `another look-up, ${time(lease.until)} (${tries})`, stuck: late(lease.until) };
}

function story(item: RequestItem, now: number, late: (since: number) => boolean): Waiting {
  const { notBefore, tried } = item.notifier;
  const what = item.notifier.card === undefined && hasCard(item) ? 'its card' : 'a line or edit';
  if (notBefore !== undefined && notBefore > now) {
    return { why: `Slack, for ${what}: tried again ${time(notBefore)}`, stuck: late(item.lastAt) };
  }
  const why = tried ? `certainty whether ${what} was posted` : `the bot, for ${what}`;
  return { why, stuck: late(Math.max(item.lastAt, tried?.deadline ?? 0)) };
}

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const untilText = (at: number | undefined): string => (at === undefined ? '' : `, until ${time(at)}`);
