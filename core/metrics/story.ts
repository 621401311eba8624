import type { Log } from '../log.ts';
import type { RequestEvent } from '../request/event.ts';
import { imagesOf, type RequestItem } from '../request/request.ts';
import type { Metrics } from './metrics.ts';

/** A change was written: each of its events is a line of the log and a count. `token` marks the events of this change. */
export const tellStory =
  ({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) =>
  (item: RequestItem, token: string): void => {
    for (const event of item.events) {
      if (event.token !== token) continue;
      const { type, n } = event;
      const by = 'by' in event ? { by: event.by } : {};
      const code = 'code' in event ? { code: event.code } : {};
      const images = 'images' in event ? { images: event.images } : {};
      log('info', `request ${type}`, { requestId: item.id, event: n, ...images, ...by, ...code });
      metrics.count('mirror_events_total', { type });
      count(metrics, item, event);
    }
  };

function count(metrics: Metrics, item: RequestItem, event: RequestEvent): void {
  const images = 'images' in event ? event.images.flatMap((id) => item.images[id] ?? []) : [];
  switch (event.type) {
    case 'offered':
    case 'unchanged':
    case 'planned':
    case 'refused':
      // One look-up, though its images may be told in two events.
      if (images.length === imagesOf(item).length || event.type !== 'refused') {
        metrics.time('mirror_lookup_seconds', event.at - item.createdAt);
      }
      for (const { failure, state } of images) {
        if (failure && state === 'refused') metrics.count('mirror_failures_total', { code: failure.code });
      }
      return;
    case 'approved':
    case 'denied': {
      const offered = item.events.find(({ type }) => type === 'offered');
      if (offered) metrics.time('mirror_decision_seconds', event.at - offered.at);
      return;
    }
    case 'copied':
      for (const { result } of images) {
        if (!result) continue;
        metrics.count('mirror_copied_bytes_total', {}, result.copiedBytes);
        metrics.time('mirror_copy_seconds', result.tookMs);
      }
      return;
    case 'failed':
      metrics.count('mirror_failures_total', { code: event.code });
      return;
    case 'held':
    case 'scanned':
      for (const { scanFrom } of images) {
        if (scanFrom !== undefined) metrics.time('mirror_scan_seconds', event.at - scanFrom);
      }
      return;
    default:
  }
}
