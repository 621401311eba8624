import pLimit from 'p-limit';
import { teamOfSchedule } from '../../core/config/schedules.ts';
import type { Team } from '../../core/config/schema.ts';
import { formatReference } from '../../core/oci/reference.ts';
import type { Entry } from '../../core/request/image.ts';
import { newRun, runTrigger } from '../../core/request/new-run.ts';
import { inParts } from '../../core/request/parts.ts';
import { RESOLVE, type RequestItem } from '../../core/request/request.ts';
import type { RunLook, RunNote } from '../../core/request/scheduling.ts';
import { putTriggered } from '../../core/store/put-request.ts';
import type { WorkerDeps } from '../deps.ts';
import { Trouble } from '../jobs/trouble.ts';
import { lookAt, remember, type Seen } from './look-at.ts';
import { type Watched, watchedBy } from './watched.ts';

/** HEADs at once; the registry's own pace is kept below this (host-pace.ts). */
const AT_ONCE = 4;
/** After so many tries of the whole look a run goes on with what answered. */
const PATIENT_TRIES = 3;

export interface RunJob {
  readonly item: RequestItem;
  readonly owner: string;
  readonly fence: number;
  readonly signal: AbortSignal;
}

interface Look {
  readonly watched: Watched;
  readonly seen: Seen | { readonly kind: 'failed'; readonly why: string };
}

/**
 * A run of a schedule looks at everything that it watches, by HEAD, and asks for what has changed. Undefined = the run is
 * over, nothing has changed or the lease is gone; else the request with its images, to be looked up next under the same
 * lease. Throws Trouble where a registry has to be asked again later.
 */
export async function lookForRun(deps: WorkerDeps, job: RunJob): Promise<RequestItem | undefined> {
  const { item, owner, fence } = job;
  const { clock, config } = deps;
  const name = item.schedule?.name ?? '';
  const schedule = config.schedules.find((each) => each.name === name);
  const team = schedule && teamOfSchedule(config, schedule);
  const list = schedule && team ? await watchedBy(deps, { schedule, team, signal: job.signal }) : undefined;
  const looks = team && list ? await lookAtAll(deps, job, { team, images: list.images }) : [];
  const changed = looks.flatMap(({ seen }) => (seen.kind === 'changed' ? [seen.entry] : []));
  const notes: readonly RunNote[] = list
    ? [...list.notes, ...looks.flatMap(noteOf)]
    : [{ kind: 'failed', why: 'the configuration does not name this schedule any more' }];
  const [first = {}, ...more] = inParts(inOrder(changed));
  await putParts(deps, item, more);
  const look = countLooks(looks, clock.now());
  const written = await deps.change({
    id: item.id,
    deadline: clock.now() + config.limits.timing.leaseMs / 2,
    input: () => ({ kind: 'looked', owner, fence, entries: first, look, notes }),
  });
  if (written.kind !== 'changed') return undefined;
  for (const { seen, watched } of looks) {
    if (seen.kind !== 'failed' && seen.remember) await remember(deps.store, watched, seen.remember);
  }
  await noteRun(deps, item, looks, look);
  deps.log('info', 'a schedule has looked', { requestId: item.id, schedule: name, ...look });
  if (written.item.state === 'resolving') return written.item;
  await deps.bells.notify(item.id);
  return undefined;
}

interface All {
  readonly team: Team;
  readonly images: readonly Watched[];
}

async function lookAtAll(deps: WorkerDeps, job: RunJob, { images, team }: All): Promise<readonly Look[]> {
  const { item, signal } = job;
  const patient = (item.work[RESOLVE]?.attempt ?? 1) < PATIENT_TRIES;
  const limit = pLimit(AT_ONCE);
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  const one = async (watched: Watched): Promise<Look> => {
    all.throwIfAborted();
    try {
      return {
        watched,
        seen: await lookAt(deps, watched, { team, request: item.id, signal: all }),
      };
    } catch (error) {
      const trouble = Trouble.of(error, watched);
      if (signal.aborted || (trouble.passing && patient)) {
        stop.abort(error);
        throw error;
      }
      deps.log('warn', 'an image of a schedule could not be looked at', { requestId: item.id, error });
      return { watched, seen: { kind: 'failed', why: trouble.failure.summary } };
    }
  };
  return Promise.all(images.map((watched) => limit(() => one(watched))));
}

function noteOf({ seen, watched }: Look): readonly RunNote[] {
  if (seen.kind === 'failed') {
    return [{ kind: 'unread', source: formatReference(watched.source), why: seen.why }];
  }
  return seen.note ? [seen.note] : [];
}

function countLooks(looks: readonly Look[], at: number): RunLook {
  const of = (kind: Look['seen']['kind']): number => looks.filter(({ seen }) => seen.kind === kind).length;
  return {
    at,
    images: looks.length,
    changed: of('changed'),
    unchanged: of('unchanged'),
    waiting: of('waiting'),
    denied: of('denied'),
    young: of('young'),
    gone: of('gone'),
    failed: of('failed'),
  };
}

/** Of their targets, so that a run that is begun anew makes the same parts. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const place = ({ target }: Entry): string =>
    `${target.account}/${target.region}/${target.repository}:${target.tag}`;
  return entries.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Before the first part is written: whoever takes the run over puts the same ones, and finds them there. */
async function putParts(
  deps: WorkerDeps,
  item: RequestItem,
  more: ReturnType<typeof inParts>,
): Promise<void> {
  const { channel, schedule, team, workspace } = item;
  if (!schedule) return;
  for (const [at, entries] of more.entries()) {
    const part = { ...schedule, part: at + 2 };
    const { timing } = deps.config.limits;
    const given = { workspace, channel, team, schedule: part, entries, timing };
    const put = await putTriggered(deps.store.requests, runTrigger(workspace, part), (id, hash) =>
      newRun({ id, hash, ...given, now: deps.clock.now() }),
    );
    await deps.bells.work(put.item.id);
  }
}

/** A run that looked at everything is a good one; what is too young is looked at again as soon as it is not. */
async function noteRun(
  deps: WorkerDeps,
  item: RequestItem,
  looks: readonly Look[],
  look: RunLook,
): Promise<void> {
  const name = item.schedule?.name ?? '';
  const { schedules } = deps.store;
  const young = looks.flatMap(({ seen }) => (seen.kind === 'young' ? [seen.until] : []));
  const good = look.failed === 0 && look.images > 0;
  for (let tries = 0; tries < 4; tries += 1) {
    const row = await schedules.get(name);
    if (!row) return;
    const { againAt: _, version, ...rest } = row;
    const next = {
      ...rest,
      ...(young.length > 0 && { againAt: Math.min(...young) }),
      ...(good && { lastGoodAt: look.at }),
    };
    if (await schedules.write(name, version, next)) return;
  }
  deps.log('warn', 'the end of a run was not noted', { requestId: item.id, schedule: name });
}
