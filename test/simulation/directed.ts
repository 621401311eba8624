import { imagesOf, RESOLVE, type RequestItem } from '../../core/request/request.ts';
import type { EcrRows, MovingTag } from './memory-registry.ts';
import type { Rows } from './memory-store.ts';
import type { Chaos, Proc, Scheduler } from './scheduler.ts';
import { APPROVERS, type Told } from './clicks.ts';

/** What a directed story can see and do. */
export interface Aim {
  readonly world: Scheduler;
  readonly rows: Rows;
  readonly ecr: EcrRows;
  /** By source repository. */
  readonly tags: ReadonlyMap<string, MovingTag>;
  /** Without a user: the requester, if there is one. */
  readonly click: (id: string, user: string | undefined, type: Told['type']) => void;
  /** Rings both queues. */
  readonly ring: (id: string) => void;
  /** What was aimed at has happened. */
  readonly met: () => void;
  /** A promise that only this story can see broken. */
  readonly broken: (sentence: string) => void;
}

/** Two things that seldom meet by themselves, and are made to. */
export interface Directed {
  /** As in "a story with ...". */
  readonly name: string;
  readonly chaos: Chaos;
  /** Clocks are at most so far from the world's. */
  readonly skewMs?: number;
  readonly aim: (aim: Aim) => void;
}

/** Nearly calm, so that what is aimed at is what happens. */
const LITTLE: Chaos = { crash: 0.002, fail: 0.01, lost: 0.02, pause: 0 };
/** Longer than a lease of two minutes, and than what a late PUT or post may take. */
const LONG_STILL_MS = { least: 125_000, most: 400_000 };

export const DIRECTED: readonly Directed[] = [
  {
    name: 'a cancel at the write of the tagging mark',
    chaos: LITTLE,
    aim: ({ click, met, rows, world }) => {
      onMark({ rows, world }, (_proc, item) => {
        met();
        world.at(world.now + world.between(0, 600), () => click(item.id, item.requester, 'cancelled'));
      });
    },
  },
  {
    name: 'a retry at a take-over',
    chaos: LITTLE,
    aim: ({ click, ecr, met, rows, world }) => {
      const still = standStillAtRegistries(world, 0.03);
      denyCopies({ ecr, rows }, (by) => world.chance(still.has(by) ? 0.8 : 0.2));
      const takenOver = new Map<string, number>();
      const retry = ({ id, requester }: RequestItem): void =>
        world.at(world.now + world.between(0, 1_500), () => click(id, requester, 'retried'));
      and(rows, (before, after) => {
        if (isTakenOver(before, after)) {
          takenOver.set(after.id, world.now);
          comeBack(world, still, 1_000);
          retry(after);
        }
        if (hasNew(before, after, 'failed')) retry(after);
        const recent = world.now - (takenOver.get(after.id) ?? 0) < LONG_STILL_MS.least;
        if (recent && hasNew(before, after, 'retried')) met();
      });
    },
  },
  {
    name: 'an edit in doubt that shows a retry, which then fails as before',
    chaos: LITTLE,
    aim: ({ click, ecr, met, rows, world }) => {
      // What fails once fails as before, whoever tries it again.
      const refuses = new Map<string, boolean>();
      denyCopies({ ecr, rows }, (_by, repository) => {
        const known = refuses.get(repository) ?? world.chance(0.75);
        refuses.set(repository, known);
        return known;
      });
      world.onCall = (_proc, { what }) => {
        const [, id = ''] = /^edit the card of (.+)$/.exec(what) ?? [];
        const lost = rows.items.get(id)?.events.at(-1)?.type === 'retried' && world.chance(0.8);
        return lost ? 'lost' : undefined;
      };
      and(rows, (before, after) => {
        const { id, requester } = after;
        if (!hasNew(before, after, 'failed')) return;
        if (before && isEdit(before)) met();
        if (world.chance(0.5))
          world.at(world.now + world.between(2_000, 20_000), () => click(id, requester, 'retried'));
      });
    },
  },
  {
    name: 'a tag that moves between two looks',
    chaos: LITTLE,
    aim: ({ broken, met, rows, tags, world }) => {
      // A look that took its target and does not know it: the next one has to keep to what was taken.
      world.onCall = (_proc, { what }) => (what === 'take target' && world.chance(0.3) ? 'lost' : undefined);
      notAskedOn(world, broken);
      and(rows, (before, after) => {
        const given = before?.work[RESOLVE]?.owner && after.work[RESOLVE]?.owner === '';
        if (after.state !== 'resolving' || !given) return;
        for (const { source } of Object.values(after.entries)) {
          const tag = tags.get(source.repository);
          if (tag && tag.movesAt > world.now) tag.movesAt = world.now;
        }
        met();
      });
    },
  },
  {
    name: 'a look that stands still while the tag moves and another look takes the target',
    chaos: LITTLE,
    aim: ({ met, rows, tags, world }) => {
      const still = new Set<Proc>();
      const looking = new Map<Proc, string>();
      world.onCall = (proc, { what }) => {
        const [, name] = /^HEAD (library\/.+):v1$/.exec(what) ?? [];
        if (name !== undefined) looking.set(proc, name);
        if (what !== 'get target' || !world.chance(0.3)) return;
        const tag = tags.get(looking.get(proc) ?? '');
        if (!tag) return;
        tag.movesAt = Math.min(tag.movesAt, world.now);
        still.add(proc);
        standStill(world, proc);
      };
      const { onTake } = rows;
      rows.onTake = (target, open) => {
        onTake(target, open);
        if ([...still].some((proc) => isStill(world, proc))) met();
        comeBack(world, still, 200);
      };
    },
  },
  {
    name: 'a click while what is due is moved later',
    chaos: LITTLE,
    aim: ({ click, ecr, met, ring, rows, world }) => {
      denyCopies({ ecr, rows }, () => world.chance(0.2));
      world.onCall = (_proc, { item, what }) => {
        if (!item) return;
        const at = world.now + world.between(0, 200);
        if (what.startsWith('park ')) {
          met();
          const approver = world.pick(APPROVERS) ?? 'U01';
          const type = world.pick(['approved', 'approved', 'cancelled', 'retried'] as const) ?? 'approved';
          if (!world.chance(0.3)) return;
          world.at(at, () => click(item.id, type === 'approved' ? approver : item.requester, type));
        }
        const events = rows.items.get(item.id)?.events.length ?? 0;
        if (what.startsWith('write M') && item.events.length > events) world.at(at, () => ring(item.id));
      };
    },
  },
  {
    name: 'a worker that stands still for longer than its lease',
    chaos: LITTLE,
    aim: ({ ecr, met, rows, world }) => {
      const still = new Set<Proc>();
      // What it hears first when it goes on: the image has failed.
      denyCopies({ ecr, rows }, (by) => isStill(world, by) && world.chance(0.8));
      world.onCall = (proc, { what }) => {
        // Seldom, so that somebody is left to take over.
        if (!what.startsWith('which blobs') || !world.chance(0.3)) return;
        still.add(proc);
        standStill(world, proc);
      };
      // Just when the next holder begins the tag, the old one has most to spoil.
      onMark({ rows, world }, () => comeBack(world, still, 20));
      and(rows, (before, after) => {
        if (!isTakenOver(before, after)) return;
        if (world.chance(0.2)) comeBack(world, still, 1_000);
        met();
      });
    },
  },
  {
    name: 'a worker that stands still between its mark and its tag, while the next one is refused',
    chaos: LITTLE,
    aim: ({ ecr, met, rows, world }) => {
      denyCopies({ ecr, rows }, () => world.chance(0.5));
      world.onCall = (proc, { what }) => {
        const [, id = '', key = ''] = /^heartbeat (.+)\/(.+)$/.exec(what) ?? [];
        const image = rows.items.get(id)?.images[key];
        const marked = image?.state === 'copying' && world.now - (image.taggingAt ?? 0) < 2_000;
        if (!marked || !world.chance(0.6)) return;
        met();
        standStill(world, proc);
      };
    },
  },
  {
    name: 'a notifier that stands still between its mark and its post',
    chaos: LITTLE,
    aim: ({ met, world }) => {
      world.onCall = (proc, { item, what }) => {
        if (!what.startsWith('write notifier') || !item?.notifier.tried || !world.chance(0.15)) return;
        met();
        standStill(world, proc);
      };
    },
  },
  {
    name: 'clocks up to 9 s apart from the right time',
    chaos: { crash: 0.01, fail: 0.03, lost: 0.05, pause: 0.001 },
    skewMs: 9_000,
    aim: ({ met }) => met(),
  },
];

const ASKED_MAX = 16;

/** No source is asked for the same tag again and again: a look that never ends has lost what it pinned. */
function notAskedOn(world: Scheduler, broken: Aim['broken']): void {
  const asked = new Map<string, number>();
  const { onCall } = world;
  world.onCall = (proc, call) => {
    // What only one request asks for; where nearly all goes well it needs a few.
    const [, name] = /^HEAD (library\/own.+):v1$/.exec(call.what) ?? [];
    if (name !== undefined) {
      const times = (asked.get(name) ?? 0) + 1;
      asked.set(name, times);
      if (times === ASKED_MAX) broken(`ASKED-ON: ${name} ${times} times`);
    }
    return onCall(proc, call);
  };
}

/** Beside what listens already. */
function and(rows: Rows, look: Rows['onWrite']): void {
  const { onWrite } = rows;
  rows.onWrite = (before, after) => {
    onWrite(before, after);
    look(before, after);
  };
}

const standStill = (world: Scheduler, proc: Proc): void =>
  world.stop(proc, world.between(LONG_STILL_MS.least, LONG_STILL_MS.most));

/** ECR refuses copies for good; what is only looked up is not refused. */
function denyCopies({ ecr, rows }: Pick<Aim, 'ecr' | 'rows'>, denies: EcrRows['denies']): void {
  ecr.denies = (by, repository) => {
    const images = [...rows.items.values()].flatMap((item) => Object.values(item.images));
    const copying = images.some(
      ({ state, target }) => state === 'copying' && target.repository === repository,
    );
    return copying && denies(by, repository);
  };
}

const isStill = (world: Scheduler, { stillUntil = 0 }: Proc): boolean => stillUntil > world.now;

/** Workers stop in the middle of what they do at a registry; the result is who has. */
function standStillAtRegistries(world: Scheduler, chance: number): Set<Proc> {
  const still = new Set<Proc>();
  world.onCall = (proc, { port, what }) => {
    const atWork = port === 'ecr' || port === 'docker.io';
    // What ECR may refuse for good is where an old holder has most to say.
    if (!atWork || !world.chance(what.startsWith('which blobs') ? 4 * chance : chance)) return;
    still.add(proc);
    standStill(world, proc);
  };
  return still;
}

/** As the mark of a tag is about to be written, beside what is asked already. */
function onMark(
  { rows, world }: Pick<Aim, 'rows' | 'world'>,
  then: (by: Proc, item: RequestItem) => void,
): void {
  const { onCall } = world;
  world.onCall = (proc, call) => {
    const { item, what } = call;
    if (item && what.startsWith('write M') && marksATag(rows.items.get(item.id), item)) then(proc, item);
    return onCall(proc, call);
  };
}

/** Whoever stands still goes on just when somebody else has begun. */
function comeBack(world: Scheduler, still: ReadonlySet<Proc>, withinMs: number): void {
  for (const proc of still) world.comeBack(proc, world.between(0, withinMs));
}

const marksATag = (before: RequestItem | undefined, after: RequestItem): boolean =>
  imagesOf(after).some(
    ([id, { taggingAt }]) => taggingAt !== undefined && taggingAt !== before?.images[id]?.taggingAt,
  );

const isTakenOver = (before: RequestItem | undefined, after: RequestItem): boolean =>
  before !== undefined &&
  imagesOf(after).some(([id, { state }]) => {
    const fence = after.work[id]?.fence ?? 0;
    const was = before.images[id]?.state;
    return state === 'copying' && was === 'copying' && fence > (before.work[id]?.fence ?? 0);
  });

const hasNew = (
  before: RequestItem | undefined,
  after: RequestItem,
  type: RequestItem['events'][number]['type'],
): boolean => after.events.slice(before?.events.length ?? 0).some((event) => event.type === type);

const isEdit = ({ notifier }: RequestItem): boolean => notifier.tried?.key.endsWith('#card') === true;
