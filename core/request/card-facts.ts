import { createHash } from 'node:crypto';
import { canonicalJson } from './event.ts';
import { imagesOf, type RequestItem } from './request.ts';

/**
 * Everything on the card that must become true there, as data: the card is edited until the hash of these facts is the
 * one it shows. Progress is not among them: it is shown as far as it goes.
 */
export function cardFacts(item: RequestItem): unknown {
  return {
    state: item.state,
    images: imagesOf(item).map(([id, image]) => ({
      id,
      state: image.state,
      approvals: image.approvals.map(({ by }) => by),
      scan: image.scan,
      counts: image.findings?.counts,
      failure: image.failure?.code,
      waitsUntil: image.state === 'queued' && image.notBefore > 0 ? image.notBefore : undefined,
      denied: image.state === 'rejected' ? item.events.find(({ type }) => type === 'denied')?.n : undefined,
    })),
  };
}

export function cardHash(item: RequestItem): string {
  return createHash('sha256')
    .update(canonicalJson(cardFacts(item)))
    .digest('hex')
    .slice(0, 16);
}
