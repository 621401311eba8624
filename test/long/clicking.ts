import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalClient } from '../../local/slack/local-client.ts';
import type { TranscriptMessage } from '../../local/slack/local-api.ts';

export interface Clicking {
  /** Stops when nobody clicks any more. */
  stop(): Promise<void>;
}

/** A look at a whole channel costs more than what changed in it since the last one: not more often than this. */
const LOOK_EVERY_MS = 2_000;
/** In case the word of a change was missed. */
const LOOK_AT_ALL_MS = 30_000;

/** People who approve what waits and try again what failed, in every channel where something changed. */
export function clickAround(options: {
  readonly slack: LocalClient;
  /** The stand-in's own address, the page's. */
  readonly url: string;
  readonly channels: readonly string[];
  /** Who clicks next. */
  readonly approver: () => string;
}): Clicking {
  const { slack, channels } = options;
  const stopping = new AbortController();
  const changed = new Set<string>();
  const lastLook = new Map<string, number>();
  const listening = changesOf(options.url, stopping.signal, (channel) => changed.add(channel));
  const look = async (channel: string): Promise<void> => {
    const { messages } = await slack.transcript(channel);
    for (const message of messages) {
      const button = buttonOf(message);
      if (!button) continue;
      const user = options.approver();
      await slack.click({ user, channel, ts: button.ts, action_id: button.action }).catch(() => {});
    }
  };
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      const now = Date.now();
      for (const channel of channels) {
        const ago = now - (lastLook.get(channel) ?? 0);
        if (ago < LOOK_EVERY_MS || !(changed.has(channel) || ago > LOOK_AT_ALL_MS)) continue;
        changed.delete(channel);
        lastLook.set(channel, now);
        await look(channel);
      }
      await sleep(200);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([looking, listening]);
    },
  };
}

/** The stand-in's stream of changes, by channel. */
async function changesOf(
  url: string,
  signal: AbortSignal,
  onChange: (channel: string) => void,
): Promise<void> {
  try {
    const { body } = await fetch(`${url}_local/events`, { signal });
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      // A channel whose name falls between two pieces is found by the look at all.
      for (const [, channel = ''] of text.matchAll(/"channel":"(\w+)"/g)) onChange(channel);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Of a card that waits; of the last line where it failed. */
function buttonOf(card: TranscriptMessage): { readonly ts: string; readonly action: string } | undefined {
  const has = (message: Pick<TranscriptMessage, 'blocks'>, action: string): boolean =>
    JSON.stringify(message.blocks).includes(`"action_id":"${action}"`);
  if (has(card, 'approve')) return { ts: card.ts, action: 'approve' };
  const last = card.replies.at(-1);
  return last && has(last, 'retry') ? { ts: last.ts, action: 'retry' } : undefined;
}
