import type { NextDelivery } from '../../core/request/deliveries.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Message } from '../messages/blocks.ts';
import { renderCard } from '../messages/card.ts';
import { renderPlainly } from '../messages/plainly.ts';
import { renderNoCard, renderPrivate } from '../messages/private.ts';
import { outOfThread, renderReply } from '../messages/thread.ts';
import { renderDirect } from '../messages/direct.ts';
import { renderOps } from '../messages/ops.ts';
import { withRequester } from '../messages/for-requester.ts';
import { isBadBlocks, type SlackAnswer } from '../slack/errors.ts';
import type { NotifierDeps } from './deps.ts';
import type { Place } from './place.ts';

export type Said = SlackAnswer<{ readonly ts: string; readonly channel: string }>;

export interface Saying {
  readonly next: NextDelivery;
  readonly place: Place;
}

/** Says one delivery in its place; what Slack finds wrong with the blocks is said again as plain text. */
export async function sayDelivery(deps: NotifierDeps, item: RequestItem, saying: Saying): Promise<Said> {
  const message = rendered(deps, item, saying);
  const said = await send(deps, saying, message);
  if (said.kind !== 'refused' || !isBadBlocks(said.code)) return said;
  deps.log('error', 'Slack refused our blocks; the text alone is sent', {
    requestId: item.id,
    detail: said.detail,
  });
  return send(deps, saying, { text: message.text, blocks: [] });
}

/** A line that cannot be made must not keep all those behind it from being told. */
function rendered(deps: NotifierDeps, item: RequestItem, saying: Saying): Message {
  try {
    return render(deps, item, saying);
  } catch (error) {
    deps.log('error', 'a line could not be made; a plain one is said instead', {
      requestId: item.id,
      key: saying.next.key,
      error,
    });
    return renderPlainly(saying.next.event, item);
  }
}

function render(
  deps: NotifierDeps,
  item: RequestItem,
  { next: { event, delivery }, place }: Saying,
): Message {
  switch (delivery.kind) {
    case 'card':
      return place.insteadOfCard ? renderNoCard(item) : renderCard(item, deps.paused);
    case 'reply': {
      const reply = withRequester(renderReply(event, item), event, item);
      return place.threadTs === undefined ? outOfThread(reply, item) : reply;
    }
    case 'private':
      return renderPrivate(event, item);
    case 'direct':
      return renderDirect(event, item, delivery.to);
    case 'ops':
      return renderOps(event, item);
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
  return whispered.kind === 'ok' ? { kind: 'ok', value: { ts: '', channel } } : whispered;
}
