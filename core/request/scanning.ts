import { type Context, type Input, refuse, type StepResult, withImage } from './input.ts';
import type { ImageId } from './request.ts';
import type { RequestItem } from './request.ts';

/** What one look at the scans brought; images that nobody waits for any more are passed over. */
export function scanned(
  item: RequestItem,
  input: Extract<Input, { kind: 'scanned' }>,
  _context: Context,
): StepResult {
  const found: ImageId[] = [];
  const unavailable: ImageId[] = [];
  let next = item;
  for (const [id, outcome] of Object.entries(input.scans)) {
    const image = next.images[id];
    if (image?.scan !== 'waiting') continue;
    if (outcome.as === 'found') {
      found.push(id);
      next = withImage(next, id, { ...image, scan: 'found', findings: outcome.findings });
    } else {
      unavailable.push(id);
      next = withImage(next, id, { ...image, scan: 'unavailable', scanNote: outcome.why });
    }
  }
  if (found.length + unavailable.length === 0) return refuse('no scan waited for');
  return {
    item: next,
    events: [
      ...(found.length ? [{ type: 'scanned', images: found, as: 'found' } as const] : []),
      ...(unavailable.length ? [{ type: 'scanned', images: unavailable, as: 'unavailable' } as const] : []),
    ],
  };
}
