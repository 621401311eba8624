import { appendEvents } from './event.ts';
import { withDue } from './decide.ts';
import { due } from './due.ts';
import { newRequest } from './new-request.ts';
import type { RequestItem } from './request.ts';
import type { RunNote, ScheduledRun } from './scheduling.ts';
import type { Timing } from './timing.ts';

export interface NewRun {
  readonly id: string;
  readonly hash: string;
  readonly workspace: string;
  /** The schedule's. */
  readonly channel: string;
  readonly team: string;
  readonly schedule: ScheduledRun;
  /** Of a further part: what it asks for. A first part finds that out. */
  readonly entries?: RequestItem['entries'];
  readonly now: number;
  readonly timing: Timing;
}

/** The run of a schedule, as it is put: it has still to look at what it watches. */
export const newRun = ({ entries = {}, ...given }: NewRun): RequestItem => newRequest({ ...given, entries });

/** A request that only tells something: it is over when it is put, and owes its card. `token` is random. */
export function newNotice(
  given: NewRun & { readonly notes: readonly RunNote[]; readonly token: string },
): RequestItem {
  const { notes, token, ...run } = given;
  const put = newRun({ ...run, schedule: { ...run.schedule, notes } });
  const events = appendEvents([], [{ type: 'noted' }], { at: run.now, token });
  const item: RequestItem = { ...put, state: 'finished', events };
  return withDue(item, due(item, run.timing));
}

/** What a run is put for, as a text that is the same whoever puts it. */
export const runTrigger = (workspace: string, { name, slot, part }: ScheduledRun): string =>
  `${workspace}/schedule/${name}/${slot}${part === undefined ? '' : `/${part}`}`;
