import { createHash } from 'node:crypto';
import { canonicalJson } from './event.ts';
import type { Image } from './image.ts';
import { imagesOf, type RequestItem } from './request.ts';

/**
 * Everything on the card that must become true there, as data: the card is edited until the hash of these facts is the
 * one it shows. Progress is not among them: it is shown as far as it goes.
 */
export function cardFacts(item: RequestItem): unknown {
  return {
    state: item.state,
    // Absent where there are none: cards of before keep their hash.
    questions: item.events.filter(({ type }) => type === 'asked').length || undefined,
    images: imagesOf(item).map(([id, image]) => ({
      id,
      state: image.state,
      approvals: image.approvals.map(({ by }) => by),
      scan: image.scan,
      counts: image.findings?.counts,
      failure: image.failure?.code,
      waitsUntil: image.state === 'queued' && image.notBefore > 0 ? image.notBefore : undefined,
      released: image.released?.by,
      glass: image.review && [image.review.by, image.review.confirmed?.by],
      reminded: saidOf(image),
      denied: image.state === 'rejected' ? item.events.find(({ type }) => type === 'denied')?.n : undefined,
    })),
  };
}

function saidOf({ reminders = [] }: Image): readonly string[] | undefined {
  const said = reminders.filter(({ saidAt }) => saidAt !== undefined).map(({ as }) => as);
  return said.length > 0 ? said : undefined;
}

export function cardHash(item: RequestItem): string {
  return createHash('sha256')
    .update(canonicalJson(cardFacts(item)))
    .digest('hex')
    .slice(0, 16);
}
