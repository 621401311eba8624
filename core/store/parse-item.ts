import * as v from 'valibot';
import { ITEM_VERSION, type RequestItem } from '../request/request.ts';

/** What everything else relies on; unknown attributes pass through and are kept by whole-image writes. */
const shape = v.looseObject({
  v: v.number(),
  id: v.string(),
  version: v.number(),
  state: v.picklist(['resolving', 'pending', 'running', 'finished', 'refused']),
  createdAt: v.number(),
  requester: v.exactOptional(v.string()),
  schedule: v.exactOptional(v.looseObject({ name: v.string(), slot: v.number() })),
  entries: v.record(v.string(), v.looseObject({ source: v.looseObject({}), target: v.looseObject({}) })),
  images: v.record(v.string(), v.looseObject({ state: v.string(), approvals: v.array(v.looseObject({})) })),
  events: v.array(v.looseObject({ n: v.number(), type: v.string(), token: v.string() })),
  watchers: v.exactOptional(v.array(v.looseObject({ image: v.string(), by: v.string() }))),
  work: v.record(v.string(), v.looseObject({ owner: v.string(), fence: v.number(), until: v.number() })),
  notifier: v.looseObject({ rev: v.number(), cursor: v.object({ event: v.number(), delivery: v.number() }) }),
});

/**
 * A row of the table to RequestItem. Undefined for no row and for a newer shape: another version's process owns it.
 * Throws on a row of a known version that is broken: nothing may be decided on it.
 */
export function parseItem(row: unknown): RequestItem | undefined {
  if (row === undefined) return undefined;
  if (typeof row === 'object' && row !== null && 'v' in row && Number(row.v) > ITEM_VERSION) return undefined;
  const parsed = v.safeParse(shape, row);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new TypeError(`broken request item at ${v.getDotPath(issue) ?? 'top'}: ${issue.message}`);
  }
  // The store is the only writer and writes RequestItem; the check above is for rows somebody else touched.
  return row as RequestItem;
}
