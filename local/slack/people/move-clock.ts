import type { JsonObject } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { Desk } from './desk.ts';

const YEAR_MS = 366 * 86_400_000;

/** POST /_local/clock of local-api.ts. Time only goes on: what was written down is never in the future. */
export async function moveClock(desk: Desk, body: JsonObject): Promise<JsonObject> {
  const { advanceMs } = body;
  const ok = typeof advanceMs === 'number' && advanceMs >= 0 && advanceMs <= YEAR_MS;
  if (!ok || !desk.advance) throw new Refusal('invalid_arguments');
  desk.advance(advanceMs);
  return { ok: true, now: desk.now() };
}
