import type { Message } from '../../bot/messages/blocks.ts';
import type { Slack } from '../../bot/slack/client.ts';
import type { SlackAnswer } from '../../bot/slack/errors.ts';
import type { Proc, Scheduler } from './scheduler.ts';

export interface SlackMessage {
  readonly ts: string;
  readonly key: string;
  readonly request: string;
  message: Message;
}
/** What people would see, by `channel` or `channel/thread`. */
export interface SlackRows {
  readonly boxes: Map<string, SlackMessage[]>;
  readonly whispers: { readonly request: string; readonly user: string; readonly message: Message }[];
  posts: number;
  edits: number;
}
export const newSlackRows = (): SlackRows => ({ boxes: new Map(), whispers: [], posts: 0, edits: 0 });

/** Slack for one request's story: answers late, not at all, or "not now". */
export function memorySlack(
  { world, proc }: { readonly world: Scheduler; readonly proc: Proc },
  rows: SlackRows,
  request: string,
): Slack {
  const ask = <T>(what: string, apply: () => T, lateMs = 0): Promise<SlackAnswer<T>> => {
    if (world.chaos.fail > 0 && world.chance(0.03)) {
      return world.call<SlackAnswer<T>>(proc, {
        port: 'slack',
        what: `${what}: not now`,
        apply: () => ({ kind: 'busy', afterMs: 30_000 }),
        failure: (detail) => ({ kind: 'unknown', detail }),
      });
    }
    return world.call<SlackAnswer<T>>(proc, {
      port: 'slack',
      what,
      apply: () => ({ kind: 'ok', value: apply() }),
      failure: (detail) => ({ kind: 'unknown', detail }),
      latencyMs: 300,
      timeoutMs: 10_000,
      lateMs,
      guarded: lateMs > 0,
    });
  };
  const box = (channel: string, thread?: string): SlackMessage[] => {
    const name = thread ? `${channel}/${thread}` : channel;
    const list = rows.boxes.get(name) ?? [];
    rows.boxes.set(name, list);
    return list;
  };
  // Slack applies a post it did not answer within this; deadline + grace of the notifier are longer.
  const LATE = 45_000;
  return {
    post: ({ channel, threadTs, message, key }) =>
      ask(
        `post ${key}`,
        () => {
          rows.posts += 1;
          const ts = `${rows.posts}.0`;
          world.tell?.(`Slack: ${key} stands in ${threadTs ? `thread ${threadTs}` : channel}`);
          box(channel, threadTs).push({ ts, key, request, message });
          return { ts, channel };
        },
        LATE,
      ),
    edit: (channel, ts, message) =>
      ask(
        `edit the card of ${request}`,
        () => {
          rows.edits += 1;
          const found = box(channel).find((each) => each.ts === ts);
          if (!found) throw new Error(`an edit of a card that is not there: ${ts}`);
          found.message = message;
          return null;
        },
        LATE,
      ),
    whisper: (_channel, user, message) =>
      ask(
        `whisper to ${user} about ${request}`,
        () => {
          rows.whispers.push({ request, user, message });
          return null;
        },
        LATE,
      ),
    openDm: (user) => ask(`open the direct messages of ${user}`, () => `D${user}`),
    enter: () => ask('enter a channel', () => null),
    find: ({ channel, threadTs }, key) =>
      ask(`look for ${key}`, () => box(channel, threadTs).find((each) => each.key === key)?.ts),
    findAll: ({ channel, threadTs }, key) =>
      ask(`look for all ${key}`, () =>
        box(channel, threadTs)
          .filter((each) => each.key === key)
          .map(({ ts }) => ts),
      ),
    remove: (channel, ts) =>
      ask(`take ${ts} away`, () => {
        for (const [name, list] of rows.boxes) {
          if (name !== channel && !name.startsWith(`${channel}/`)) continue;
          rows.boxes.set(
            name,
            list.filter((each) => each.ts !== ts),
          );
        }
        return null;
      }),
    waitFor: () => 0,
  };
}
