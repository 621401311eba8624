import type { Transcript, TranscriptMessage } from '../../local/slack/local-api.ts';
import { type LocalAnswer, localClient } from '../../local/slack/local-client.ts';
import type { SlackStandIn } from '../../local/slack/start.ts';

/** One of the workspace's people in #image-requests, as a test drives them. */
export interface Person {
  command(text: string, channel?: string): Promise<LocalAnswer>;
  click(message: { readonly ts: string }, actionId: string, channel?: string): Promise<LocalAnswer>;
  /** The same button with a value that the app never gave it. */
  forge(message: { readonly ts: string }, actionId: string, value: string): Promise<LocalAnswer>;
  submit(viewId: string, values: Readonly<Record<string, unknown>>): Promise<LocalAnswer>;
  /** Chooses a shortcut: a global one, or one on a message. */
  shortcut(callbackId: string, message?: { readonly ts: string }, channel?: string): Promise<LocalAnswer>;
  /** Writes a message, or a reply. */
  say(text: string, to?: { readonly channel?: string; readonly thread?: string }): Promise<LocalAnswer>;
  /** Opens the app's Home tab and reads it, once it says this. */
  home(says?: string | RegExp): Promise<{ readonly id: string; readonly text: string }>;
  views: () => ReturnType<ReturnType<typeof localClient>['views']>;
  /** What only this person sees in the channel, newest last. */
  whispers(channel?: string): Promise<readonly string[]>;
}

export function person(slack: SlackStandIn, user: string): Person {
  const local = localClient(slack.url);
  const home: string = slack.channels.mirror;
  return {
    command: (text, channel = home) => local.command({ user, channel, text }),
    click: ({ ts }, action_id, channel = home) => local.click({ user, channel, ts, action_id }),
    forge: ({ ts }, action_id, value) => local.click({ user, channel: home, ts, action_id, value }),
    submit: (view_id, values) => local.submit({ user, view_id, values }),
    shortcut: (callback_id, message, channel = home) =>
      local.shortcut({ user, callback_id, ...(message && { channel, ts: message.ts }) }),
    say: (text, { channel = home, thread } = {}) =>
      local.command({ user, channel, text, ...(thread !== undefined && { thread_ts: thread }) }),
    home: async (says) => {
      await local.openHome({ user });
      return homeOf(slack, user, says);
    },
    views: () => local.views(user),
    whispers: async (channel = home) =>
      (await local.transcript(channel)).ephemerals.filter((each) => each.user === user).map(textOf),
  };
}

/** The Home tab as it was published last, once there is one. */
export const homeOf = (slack: SlackStandIn, user: string, says: string | RegExp = /./) =>
  seen(slack, async () => {
    const { blocks, id } = await localClient(slack.url).home(user);
    const text = textOf({ text: '', blocks });
    const there = typeof says === 'string' ? text.includes(says) : says.test(text);
    return there ? { id, text } : undefined;
  });

export const transcript = (
  slack: SlackStandIn,
  channel: string = slack.channels.mirror,
): Promise<Transcript> => localClient(slack.url).transcript(channel);

/** Everything a message says, blocks included, as one text. */
export function textOf(message: { readonly text: string; readonly blocks: readonly unknown[] }): string {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'text' && typeof inner === 'string') texts.push(inner);
        else walk(inner);
      }
    }
  };
  walk(message.blocks);
  return texts.length ? texts.join('\n') : message.text;
}

export const repliesOf = (message: Pick<TranscriptMessage, 'replies'>): readonly string[] =>
  message.replies.map(textOf);

/** Looks again at each change of the workspace until the fact is there; no clock but the test's own deadline. */
export async function seen<T>(slack: SlackStandIn, fact: () => Promise<T | undefined>): Promise<T> {
  const stop = new AbortController();
  const events = await fetch(new URL('_local/events', slack.url), { signal: stop.signal });
  const reader = events.body?.getReader();
  try {
    for (;;) {
      const value = await fact();
      if (value !== undefined) return value;
      if ((await reader?.read())?.done !== false) throw new Error('the workspace went away');
    }
  } finally {
    stop.abort();
  }
}

/** The bot's messages in the channel, each a card. */
export const cards = async (slack: SlackStandIn, channel?: string): Promise<readonly TranscriptMessage[]> =>
  (await transcript(slack, channel)).messages.filter(({ user }) => user === slack.botUser);

/** The newest card once it says this. */
export const theCard = (slack: SlackStandIn, says: string, channel?: string): Promise<TranscriptMessage> =>
  seen(slack, async () => {
    const card = (await cards(slack, channel)).at(-1);
    return card && textOf(card).includes(says) ? card : undefined;
  });

/** The newest card once its thread says this. */
export const theThread = (slack: SlackStandIn, says: string, channel?: string): Promise<TranscriptMessage> =>
  seen(slack, async () => {
    const card = (await cards(slack, channel)).at(-1);
    return card && repliesOf(card).some((text) => text.includes(says)) ? card : undefined;
  });

/** The newest line that only this person sees, once it says this. */
export const theWhisper = (slack: SlackStandIn, who: Person, says: string): Promise<string> =>
  seen(slack, async () => (await who.whispers()).findLast((text) => text.includes(says)));
