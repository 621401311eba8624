import type { NextDelivery } from '../../core/request/deliveries.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Message } from '../messages/blocks.ts';
import { renderCard } from '../messages/card.ts';
import { renderPrivate } from '../messages/private.ts';
import { renderReply } from '../messages/thread.ts';
import { isWrongPlace, type SlackAnswer } from '../slack/errors.ts';
import type { NotifierDeps } from './deps.ts';
import type { Place } from './place.ts';

export type Said = SlackAnswer<{ readonly ts: string; readonly channel: string }>;

export interface Saying {
  readonly next: NextDelivery;
  readonly place: Place;
  /** The line is said for a second time after doubt. */
  readonly again: boolean;
}

/** Says one delivery in its place; what Slack finds wrong with the blocks is said again as plain text. */
export async function sayDelivery(deps: NotifierDeps, item: RequestItem, saying: Saying): Promise<Said> {
  const text = render(item, saying.next);
  const said = await send(deps, saying, text);
  if (said.kind !== 'refused' || !said.code.startsWith('invalid_blocks')) return said;
  deps.log('error', 'Slack refused our blocks; the text alone is sent', {
    requestId: item.id,
    detail: said.detail,
  });
  return send(deps, saying, { text: text.text, blocks: [] });
}

function render(item: RequestItem, { event, delivery }: NextDelivery): Message {
  switch (delivery.kind) {
    case 'card':
      return renderCard(item);
    case 'reply':
      return renderReply(event, item);
    case 'private':
      return renderPrivate(event, item);
    default:
      return delivery satisfies never;
  }
}

async function send(deps: NotifierDeps, { next, place }: Saying, message: Message): Promise<Said> {
  const { channel, threadTs, whisperTo } = place;
  if (whisperTo === undefined) {
    return deps.slack.post({ channel, message, key: next.key, ...(threadTs && { threadTs }) });
  }
  const whispered = await deps.slack.whisper(channel, whisperTo, message);
  if (whispered.kind === 'ok') return { kind: 'ok', value: { ts: '', channel } };
  if (whispered.kind !== 'refused' || !isWrongPlace(whispered.code)) return whispered;
  // The person left the channel meanwhile.
  const dm = await deps.slack.openDm(whisperTo);
  return dm.kind === 'ok' ? deps.slack.post({ channel: dm.value, message, key: next.key }) : dm;
}
