import type { RequestEvent } from '../../core/request/event.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type Message, message, plain } from './blocks.ts';

/** What is said where the line itself cannot be made: nothing is read of the request but what it is called. */
export function renderPlainly({ type }: RequestEvent, { id }: RequestItem): Message {
  const text = `Request ${id}: ${type}. This line could not be shown in full.`;
  return message(text, [
    plain(
      `${text}\nWhoever runs the mirror looks for ${id} in the bot's log; npx mirror requests tells what it waits for.`,
    ),
  ]);
}
