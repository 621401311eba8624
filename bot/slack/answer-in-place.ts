import type { WebClient } from '@slack/web-api';
import type { Message } from '../messages/blocks.ts';
import { isDirect } from '../notifier/place.ts';
import { AS_WRITTEN, NO_PREVIEW } from './client.ts';
import { type SlackAnswer, settleCall } from './errors.ts';

/** Somebody's place in a conversation, in its thread where there is one. */
export interface AnswerPlace {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string;
}

/**
 * A private answer where somebody asked: seen by them alone there, or as a direct message where the app may not speak.
 * A call without an answer is made once more: read twice it does less harm than not at all. The request does not depend
 * on it. False = Slack did not take it.
 */
export async function answerInPlace(
  client: Pick<WebClient, 'chat' | 'conversations'>,
  { channel, thread, user }: AnswerPlace,
  message: Message,
): Promise<boolean> {
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  const post = (to: string, more: { readonly thread_ts?: string }) =>
    twice(() => client.chat.postMessage({ channel: to, ...more, ...message, ...AS_WRITTEN, ...NO_PREVIEW }));
  const said = isDirect(channel)
    ? await post(channel, inThread)
    : await twice(() => client.chat.postEphemeral({ channel, user, ...inThread, ...message, ...AS_WRITTEN }));
  if (said.kind === 'ok') return true;
  if (said.kind !== 'refused' || isDirect(channel)) return false;
  const opened = await twice(() => client.conversations.open({ users: user }));
  const to = opened.kind === 'ok' ? opened.value.channel?.id : undefined;
  return to !== undefined && (await post(to, {})).kind === 'ok';
}

async function twice<T>(call: () => Promise<T>): Promise<SlackAnswer<T>> {
  const first = await settleCall(call);
  return first.kind === 'unknown' ? settleCall(call) : first;
}
