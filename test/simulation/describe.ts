import { imagesOf, type RequestItem } from '../../core/request/request.ts';

/** What a write changed, in one line of a story. */
export function describeWrite(before: RequestItem | undefined, after: RequestItem): string {
  const images = imagesOf(after).flatMap(([id, image]) => {
    const was = before?.images[id];
    const changes = [
      image.state !== was?.state && `${was?.state ?? 'new'} to ${image.state}`,
      image.scan !== was?.scan && `scan ${image.scan}`,
      image.taggingAt !== was?.taggingAt && 'tag begun',
      image.approvals.length !== (was?.approvals.length ?? 0) && `${image.approvals.length} approvals`,
    ].filter((change) => change !== false);
    return changes.length > 0 ? [`${id} ${changes.join(', ')}`] : [];
  });
  const events = after.events.slice(before?.events.length ?? 0).map(({ n, type }) => `event ${n} ${type}`);
  const { cursor, tried } = after.notifier;
  const told = `told to ${cursor.event}/${cursor.delivery}${tried ? `, trying ${tried.key}` : ''}`;
  const state = after.state === before?.state ? [] : [after.state];
  return `${after.id} v${after.version}: ${[...state, ...images, ...events, told].join('; ')}`;
}
