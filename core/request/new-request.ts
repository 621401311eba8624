import { withDue } from './decide.ts';
import { due } from './due.ts';
import { ITEM_VERSION, type RequestItem } from './request.ts';
import type { Timing } from './timing.ts';

type Given = Pick<
  RequestItem,
  'id' | 'hash' | 'workspace' | 'channel' | 'team' | 'entries' | 'reason' | 'part' | 'dryRun'
> &
  Asked;
/** Somebody asked, or a schedule did: one of the two, and never both. */
type Asked =
  | (Required<Pick<RequestItem, 'requester'>> & { readonly schedule?: never })
  | (Required<Pick<RequestItem, 'schedule'>> & { readonly requester?: never });

/** A request as it is put first: every map is there, so that later writes have a parent. */
export function newRequest(given: Given & { readonly now: number; readonly timing: Timing }): RequestItem {
  const { now, timing, ...rest } = given;
  const item: RequestItem = {
    ...rest,
    v: ITEM_VERSION,
    version: 1,
    state: 'resolving',
    createdAt: now,
    lastAt: now,
    images: {},
    events: [],
    work: {},
    notifier: { rev: 0, cursor: { event: 0, delivery: 0 } },
  };
  return withDue(item, due(item, timing));
}
