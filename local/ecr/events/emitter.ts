import type { Digest } from '../../../core/oci/digest.ts';
import { type EventBody, type EventImage, pushEvent, scanEvent } from './shapes.ts';
import type { ScanView } from '../scan/plan.ts';
import { uuid } from '../uuid.ts';

export interface EventOptions {
  /** Takes the body of one queue message, as an EventBridge rule writes it to SQS; its failures are its own affair. */
  readonly sink: (body: string) => void;
  /** In [0, 1): decides whose event is lost or doubled. Default: none is. */
  readonly random?: () => number;
  /** Parts of all events; EventBridge's delivery from ECR is best effort, and at least once where it happens. */
  readonly lost?: number;
  readonly doubled?: number;
}

export interface EcrEvents {
  pushed(image: { readonly repository: string; readonly digest: Digest }, tag: string | undefined): void;
  scanStarted(image: { readonly repository: string; readonly digest: Digest }): void;
  /** Tells of the scans that are over by now. */
  deliver(): void;
}

export interface EventSource {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  /** Undefined: the image is gone. */
  readonly look: (
    repository: string,
    digest: Digest,
  ) => { readonly image: EventImage; readonly scan: ScanView } | undefined;
}

/** A scan's end is a matter of the clock, so it is noticed whenever somebody calls. */
export function createEvents(source: EventSource, options: EventOptions | undefined): EcrEvents {
  if (!options) return { pushed: () => {}, scanStarted: () => {}, deliver: () => {} };
  const { random, lost = 0, doubled = 0 } = options;
  let waiting: readonly { readonly repository: string; readonly digest: Digest }[] = [];
  const emit = (event: EventBody) => {
    const fate = random?.() ?? 1;
    const body = JSON.stringify({
      version: '0',
      id: uuid(source.randomHex),
      account: source.accountId,
      time: new Date(source.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: source.region,
      ...event,
    });
    const times = fate < lost ? 0 : fate < lost + doubled ? 2 : 1;
    for (let n = 0; n < times; n += 1) options.sink(body);
  };
  return {
    pushed: ({ repository, digest }, tag) => {
      const found = source.look(repository, digest);
      if (found) emit(pushEvent(found.image, tag));
    },
    scanStarted: (image) => {
      waiting = [...waiting, image];
    },
    deliver: () => {
      const still = [];
      for (const each of waiting) {
        const found = source.look(each.repository, each.digest);
        const event = found && scanEvent(found.image, found.scan);
        if (event) emit(event);
        else if (found && !isOver(found.scan)) still.push(each);
      }
      waiting = still;
    },
  };
}

/** Ends that have no event: UNSUPPORTED_IMAGE and the like. */
const isOver = (scan: ScanView): boolean =>
  scan.kind === 'status' && !['PENDING', 'IN_PROGRESS'].includes(scan.status);
