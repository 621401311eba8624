import { deliveries } from '../../core/request/deliveries.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Transcript } from '../../local/slack/local-api.ts';

/** A line as it stands in Slack: by its key, in a channel or in the thread of a message. */
export interface Line {
  readonly key: string;
  readonly channel: string;
  readonly thread?: string;
  readonly ts: string;
}

/** Every line of the app in one conversation. */
export function linesIn(channel: string, { messages }: Transcript): readonly Line[] {
  return messages.flatMap((message) => {
    const replies = message.replies.flatMap((reply) => lineOf(channel, reply, message.ts));
    return [...lineOf(channel, message), ...replies];
  });
}

function lineOf(
  channel: string,
  message: Pick<Transcript['messages'][number], 'metadata' | 'ts'>,
  thread?: string,
): readonly Line[] {
  const key = message.metadata?.event_payload['key'];
  if (typeof key !== 'string') return [];
  return [{ key, channel, ts: message.ts, ...(thread !== undefined && { thread }) }];
}

/** What is wrong with how a request was told: each sentence is a line that is missing, doubled, misplaced or unexplained. */
export function checkTold(item: RequestItem, lines: readonly Line[]): readonly string[] {
  const bad: string[] = [];
  const mine = lines.filter(({ key }) => key.startsWith(`${item.id}#`));
  const wanted = item.events.flatMap((event) =>
    deliveries(event, item).map(({ kind }, n) => ({ kind, key: `${item.id}#${event.n}#${n}` })),
  );
  for (const { kind, key } of wanted) {
    const said = mine.filter((line) => line.key === key);
    // What one person alone reads leaves no trace that could be counted, but for its place in the direct messages.
    if (said.length > 1) bad.push(`${key} was said ${said.length} times`);
    if (said.length === 0 && kind !== 'private') bad.push(`${key} was not said`);
  }
  for (const { key } of mine) if (!wanted.some((each) => each.key === key)) bad.push(`${key} is of no event`);
  const { card } = item.notifier;
  const thread = mine.filter((line) => card && line.thread === card.ts && line.channel === card.channel);
  const events = thread.map(({ key }) => Number(key.split('#')[1]));
  if (events.some((n, at) => n < (events[at - 1] ?? -1))) bad.push(`${item.id} is told as ${events.join()}`);
  return bad;
}
