import * as v from 'valibot';
import { readJson } from '../json.ts';

/** Of the messages that are written; those of a newer version are left alone. */
const VERSION = 1;

/** "Look at this request": the only thing a queue message ever says. Losing or doubling one costs time, never truth. */
export interface Doorbell {
  readonly v: typeof VERSION;
  readonly requestId: string;
}

export type DoorbellResult =
  | { readonly kind: 'doorbell'; readonly requestId: string }
  /** Of a newer process: left in the queue for it. */
  | { readonly kind: 'newer' }
  | { readonly kind: 'broken' };

const shape = v.object({
  v: v.pipe(v.number(), v.integer()),
  requestId: v.pipe(v.string(), v.regex(/^[A-Z0-9-]{1,40}$/)),
});

export const formatDoorbell = (requestId: string): string =>
  JSON.stringify({ v: VERSION, requestId } satisfies Doorbell);

/** Never throws: a queue holds whatever somebody put there. */
export function parseDoorbell(body: string): DoorbellResult {
  const json = readJson(body);
  const version = typeof json === 'object' && json !== null && 'v' in json ? json.v : undefined;
  if (typeof version === 'number' && version > VERSION) return { kind: 'newer' };
  const parsed = v.safeParse(shape, json);
  return parsed.success ? { kind: 'doorbell', requestId: parsed.output.requestId } : { kind: 'broken' };
}
