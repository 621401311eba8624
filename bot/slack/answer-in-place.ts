import type { WebClient } from '@slack/web-api';
import type { Log } from '../../core/log.ts';
import type { Message } from '../messages/blocks.ts';
import { isDirect } from '../notifier/place.ts';
import { settleCall } from './errors.ts';

/** Somebody's place in a conversation, in its thread where there is one. */
export interface AnswerPlace {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string;
}

/** Slack makes no mentions or links of its own out of it, and shows no previews. */
const AS_WRITTEN = { parse: 'none', link_names: false } as const;
const NO_PREVIEW = { unfurl_links: false, unfurl_media: false } as const;

/**
 * A private answer where somebody asked: seen by them alone there, or as a direct message where the app may not speak.
 * The request does not depend on it, so what Slack does not take is only logged.
 */
export async function answerInPlace(
  { client, log }: { readonly client: WebClient; readonly log: Log },
  { channel, thread, user }: AnswerPlace,
  message: Message,
): Promise<void> {
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  const post = (to: string, more: { readonly thread_ts?: string }) =>
    settleCall(() =>
      client.chat.postMessage({ channel: to, ...more, ...message, ...AS_WRITTEN, ...NO_PREVIEW }),
    );
  const said = isDirect(channel)
    ? await post(channel, inThread)
    : await settleCall(() =>
        client.chat.postEphemeral({ channel, user, ...inThread, ...message, ...AS_WRITTEN }),
      );
  if (said.kind === 'ok') return;
  // Without an answer it may have been said; twice would be worse than not at all.
  if (said.kind === 'refused' && !isDirect(channel)) {
    const opened = await settleCall(() => client.conversations.open({ users: user }));
    const to = opened.kind === 'ok' ? opened.value.channel?.id : undefined;
    if (to !== undefined && (await post(to, {})).kind === 'ok') return;
  }
  log('warn', 'a private answer could not be said', { user, channel, answer: said });
}
