import type { JsonObject } from '../json-object.ts';
import type { Message } from '../workspace/record.ts';
import { app, team } from '../workspace/seeds.ts';

/** A message as the Web API and the payloads show it, without its metadata. */
export function appMessage(message: Message): JsonObject {
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(message.user === app.user ? { bot_id: app.bot, app_id: app.id } : {}),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
  };
}

/** In a list: with what the thread looks like, and the metadata as far as it was asked for. */
export function listedMessage(
  message: Message,
  options: { readonly replies: readonly Message[]; readonly includeAllMetadata: boolean },
): JsonObject {
  const last = options.replies.at(-1);
  return {
    ...appMessage(message),
    ...(last === undefined
      ? {}
      : { thread_ts: message.ts, reply_count: options.replies.length, latest_reply: last.ts }),
    ...(message.metadata === undefined
      ? {}
      : // Without include_all_metadata only the type is told.
        {
          metadata: options.includeAllMetadata
            ? message.metadata
            : { event_type: message.metadata.event_type },
        }),
  };
}
