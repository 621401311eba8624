import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../messages/blocks.ts';
import { answerInPlace } from './answer-in-place.ts';

/** What a listener has in hand of a click. */
export interface Answering {
  readonly respond: RespondFn;
  readonly client: Pick<WebClient, 'chat' | 'conversations'>;
  readonly body: {
    readonly user: { readonly id: string };
    readonly channel?: { readonly id: string } | undefined;
    /** Untyped by Bolt: its `thread_ts` is read if it is one. */
    readonly container?: unknown;
  };
}

/**
 * Answers only the one who clicked. A response_url serves five times in thirty minutes
 * (docs.slack.dev/interactivity/handling-user-interaction) and may not answer; the answer then goes the other way, to the
 * same place. `replace`: in the place of the private message that was clicked.
 */
export async function respondPrivately(
  { body, client, respond }: Answering,
  message: Message,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<void> {
  try {
    await respond({ ...message, response_type: 'ephemeral', replace_original: replace });
  } catch (error) {
    const channel = body.channel?.id;
    if (channel === undefined) throw error;
    const thread = threadOf(body.container);
    const place = { user: body.user.id, channel, ...(thread !== undefined && { thread }) };
    if (!(await answerInPlace(client, place, message))) throw error;
  }
}

function threadOf(container: unknown): string | undefined {
  if (typeof container !== 'object' || container === null || !('thread_ts' in container)) return undefined;
  return typeof container.thread_ts === 'string' ? container.thread_ts : undefined;
}
