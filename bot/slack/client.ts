import type { WebClient, WebClientOptions } from '@slack/web-api';
import type { Message } from '../messages/blocks.ts';
import { NotPostable, type SlackAnswer, settleCall } from './errors.ts';

/** What the bot asks of Slack outside of listeners; each answer is data, never a thrown error. */
export interface Slack {
  post(post: Post): Promise<SlackAnswer<{ readonly ts: string; readonly channel: string }>>;
  edit(channel: string, ts: string, message: Message): Promise<SlackAnswer<null>>;
  whisper(channel: string, user: string, message: Message): Promise<SlackAnswer<null>>;
  /** The direct message channel with a person. */
  openDm(user: string): Promise<SlackAnswer<string>>;
  /** Member already, joined now, or cannot be; direct messages are no place for others. */
  enter(channel: string): Promise<SlackAnswer<null>>;
  /** The ts of the message that carries this key, in a thread or since a time in a channel. */
  find(where: Where, key: string): Promise<SlackAnswer<string | undefined>>;
  /** The ts of every message that carries this key, oldest first. */
  findAll(where: Where, key: string): Promise<SlackAnswer<readonly string[]>>;
  /** Takes a message of ours away; Slack refuses anybody else's. */
  remove(channel: string, ts: string): Promise<SlackAnswer<null>>;
  /** How long a call of this kind would have to wait at this moment, in ms; 0 = it may be made. */
  waitFor(call: PacedCall, channel: string): number;
}

/** What the notifier asks before it writes a mark for it; an edit that only shows progress may as well be left out. */
export type PacedCall = 'post' | 'edit' | 'progress';

export interface Post {
  readonly channel: string;
  readonly threadTs?: string;
  readonly message: Message;
  /** Kept in the message's metadata: how it is found again after a lost answer. */
  readonly key: string;
}
export interface Where {
  readonly channel: string;
  readonly threadTs?: string;
  /** Epoch ms: nothing older can be it. */
  readonly since: number;
}

const METADATA_TYPE = 'mirror_line';
/** Our clock may differ from Slack's; more than this and Slack's own signatures would not pass either. */
const CLOCK_MARGIN_S = 300;
/** No link, no mention and no preview of Slack's own making (docs.slack.dev/messaging/formatting-message-text). */
export const AS_WRITTEN = { parse: 'none', link_names: false } as const;
export const NO_PREVIEW = { unfurl_links: false, unfurl_media: false } as const;
/** How many messages of a thread or channel are looked through for one of ours. */
const FIND_PAGES = 10;

/**
 * One try a call, bounded in time: the SDK's own retries (10 in half an hour by default) would post twice,
 * and its waiting for a rate limit would hold a lease.
 */
export const webClientOptions = (slackApiUrl: string | undefined, timeoutMs: number): WebClientOptions => ({
  ...(slackApiUrl && { slackApiUrl }),
  timeout: timeoutMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
});

export function slackClient(web: WebClient): Slack {
  return {
    post: ({ channel, threadTs, message, key }) =>
      settleCall(async () => {
        const answer = await web.chat.postMessage({
          channel,
          ...(threadTs && { thread_ts: threadTs }),
          ...message,
          metadata: { event_type: METADATA_TYPE, event_payload: { key } },
          ...AS_WRITTEN,
          ...NO_PREVIEW,
        });
        return { ts: answer.ts ?? '', channel: answer.channel ?? channel };
      }),
    edit: (channel, ts, message) =>
      settleCall(async () => {
        await web.chat.update({ channel, ts, ...message, ...AS_WRITTEN });
        return null;
      }),
    whisper: (channel, user, message) =>
      settleCall(async () => {
        await web.chat.postEphemeral({ channel, user, ...message, ...AS_WRITTEN });
        return null;
      }),
    openDm: (user) =>
      settleCall(async () => (await web.conversations.open({ users: user })).channel?.id ?? user),
    enter: (channel) => settleCall(() => enter(web, channel)),
    find: (where, key) =>
      settleCall(async () => {
        for await (const ts of carriers(web, where, key)) return ts;
        return undefined;
      }),
    findAll: (where, key) =>
      settleCall(async () => {
        const found: string[] = [];
        for await (const ts of carriers(web, where, key)) found.push(ts);
        return found.sort((a, b) => Number(a) - Number(b));
      }),
    remove: (channel, ts) =>
      settleCall(async () => {
        await web.chat.delete({ channel, ts });
        return null;
      }),
    waitFor: () => 0,
  };
}

async function enter(web: WebClient, channel: string): Promise<null> {
  // Direct messages have one reader, and asking about them needs a scope of their own.
  if (channel.startsWith('D')) throw new NotPostable('direct_messages');
  const { channel: info } = await web.conversations.info({ channel });
  if (info?.is_archived) throw new NotPostable('is_archived');
  // People of other companies read there: the card goes where only ours do.
  if (info?.is_ext_shared) throw new NotPostable('shared_channel');
  if (!info?.is_member) await web.conversations.join({ channel });
  return null;
}

/** The messages that carry the key, page after page. */
async function* carriers(web: WebClient, where: Where, key: string): AsyncGenerator<string> {
  const { channel, threadTs, since } = where;
  let cursor: string | undefined;
  for (let page = 0; page < FIND_PAGES; page += 1) {
    const oldest = (since / 1000 - CLOCK_MARGIN_S).toFixed(6);
    const common = { channel, oldest, include_all_metadata: true, limit: 200, ...(cursor && { cursor }) };
    const answer = threadTs
      ? await web.conversations.replies({ ...common, ts: threadTs })
      : await web.conversations.history(common);
    for (const { ts, metadata } of answer.messages ?? []) {
      if (metadata?.event_type !== METADATA_TYPE) continue;
      const payload: unknown = metadata.event_payload;
      const carries =
        typeof payload === 'object' && payload !== null && 'key' in payload && payload.key === key;
      if (carries && ts !== undefined) yield ts;
    }
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return;
  }
}
