import type { EventBody } from './event.ts';
import { type Image, type ImageId, isScanAwaited } from './image.ts';
import { type Context, type InputOf, refuse, type ScanOutcome, type StepResult, withImage } from './input.ts';
import type { RequestItem } from './request.ts';

/**
 * What one look at the scans brought; images that nobody waits for any more are passed over. One that is `pushed` goes on
 * to its tag, or is held: as the gate says.
 */
export function scanned(item: RequestItem, input: InputOf<'scanned'>, context: Context): StepResult {
  const told: Record<'found' | 'unavailable' | 'passed/found' | 'passed/unavailable' | 'held', ImageId[]> = {
    found: [],
    unavailable: [],
    'passed/found': [],
    'passed/unavailable': [],
    held: [],
  };
  let next = item;
  for (const [id, outcome] of Object.entries(input.scans)) {
    const image = next.images[id];
    if (!image || !isScanAwaited(image)) continue;
    const seen = withScan(image, outcome);
    if (image.state !== 'pushed') {
      told[outcome.as].push(id);
      next = withImage(next, id, seen);
      continue;
    }
    const { reminders, verdict } = outcome;
    // Whoever looked did not know of the gate: the next look asks it.
    if (!verdict) continue;
    const gate = { ...verdict, at: context.now };
    if (verdict.verdict === 'passed') {
      told[`passed/${outcome.as}`].push(id);
      next = withImage(next, id, { ...seen, gate, ...toTag(context) });
    } else {
      told.held.push(id);
      const expiresAt = context.now + (image.rule?.gate?.expiresAfterMs ?? 0);
      const kept = { state: 'held', since: context.now, expiresAt, gate } as const;
      next = withImage(next, id, { ...seen, ...kept, reminders: remaining(image, reminders) });
    }
  }
  const events: EventBody[] = [];
  const as = (list: readonly ImageId[], event: (images: readonly ImageId[]) => EventBody): void => {
    if (list.length > 0) events.push(event(list));
  };
  as(told.found, (images) => ({ type: 'scanned', images, as: 'found' }));
  as(told.unavailable, (images) => ({ type: 'scanned', images, as: 'unavailable' }));
  as(told['passed/found'], (images) => ({ type: 'scanned', images, as: 'found', gate: 'passed' }));
  as(told['passed/unavailable'], (images) => ({
    type: 'scanned',
    images,
    as: 'unavailable',
    gate: 'passed',
  }));
  // Each with its own line and its own buttons, also in a list.
  for (const id of told.held) events.push({ type: 'held', images: [id] });
  return events.length > 0 ? { item: next, events } : refuse('no scan waited for');
}

const withScan = (image: Image, outcome: ScanOutcome): Image =>
  outcome.as === 'found'
    ? { ...image, scan: 'found', findings: outcome.findings }
    : { ...image, scan: 'unavailable', scanNote: outcome.why };

/** The tries before were those of the bytes. */
const toTag = ({ now }: Context) => ({ state: 'queued', since: now, attempt: 0, notBefore: 0 }) as const;

/** A review that is owed stays so; the reminders of the approval are over. */
const remaining = (
  { reminders = [] }: Image,
  added: Image['reminders'] = [],
): NonNullable<Image['reminders']> => [
  ...reminders.filter(({ as, saidAt }) => as === 'review' || saidAt !== undefined),
  ...added,
];
