import { imagesOf, RESOLVE, type RequestItem } from '../../core/request/request.ts';
import type { EcrRows, MovingTag } from './memory-registry.ts';
import type { Rows } from './memory-store.ts';
import type { Chaos, Proc, Scheduler } from './scheduler.ts';
import type { Told } from './world.ts';

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
const APPROVERS = ['U01', 'U02', 'U03'] as const;
/** Longer than a lease of two minutes, and than what a late PUT or post may take. */
const LONG_STILL_MS = { least: 125_000, most: 400_000 };

export const DIRECTED: readonly Directed[] = [
  {
    name: 'a cancel at the write of the tagging mark',
    chaos: LITTLE,
    aim: ({ click, met, rows, world }) => {
      world.onCall = (_proc, { item, what }) => {
        if (!item || !what.startsWith('write M') || !marksATag(rows.items.get(item.id), item)) return;
        met();
        world.at(world.now + world.between(0, 600), () => click(item.id, item.requester, 'cancelled'));
      };
    },
  },
  {
    name: 'a retry at a take-over',
    chaos: LITTLE,
    aim: ({ click, ecr, met, rows, world }) => {
      standStillAtRegistries(world, 0.03);
      ecr.denies = () => world.chance(0.4);
      const takenOver = new Map<string, number>();
      const retry = ({ id, requester }: RequestItem): void =>
        world.at(world.now + world.between(0, 1_500), () => click(id, requester, 'retried'));
      and(rows, (before, after) => {
        if (isTakenOver(before, after)) {
          takenOver.set(after.id, world.now);
          retry(after);
        }
        if (hasNew(before, after, 'failed')) retry(after);
        const recent = world.now - (takenOver.get(after.id) ?? 0) < LONG_STILL_MS.least;
        if (recent && hasNew(before, after, 'retried')) met();
      });
    },
  },
  {
    name: 'a retry while an edit of the card is in doubt',
    chaos: { ...LITTLE, lost: 0.08 },
    aim: ({ click, ecr, met, rows, world }) => {
      ecr.denies = () => world.chance(0.4);
      and(rows, (before, after) => {
        const { id, notifier, requester } = after;
        if (isEdit(after) && notifier.tried?.token !== before?.notifier.tried?.token) {
          world.at(world.now + world.between(0, 90_000), () => click(id, requester, 'retried'));
        }
        if (before && isEdit(before) && hasNew(before, after, 'retried')) met();
      });
    },
  },
  {
    name: 'a tag that moves between two looks',
    chaos: { ...LITTLE, fail: 0.06 },
    aim: ({ met, rows, tags, world }) => {
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
    name: 'a click while what is due is moved later',
    chaos: LITTLE,
    aim: ({ click, ecr, met, ring, rows, world }) => {
      ecr.denies = () => world.chance(0.2);
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
    aim: ({ met, rows, world }) => {
      standStillAtRegistries(world, 0.04);
      and(rows, (before, after) => {
        if (isTakenOver(before, after)) met();
      });
    },
  },
  {
    name: 'a worker that stands still between its mark and its tag, while the next one is refused',
    chaos: LITTLE,
    aim: ({ ecr, met, rows, world }) => {
      ecr.denies = () => world.chance(0.5);
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

/** Workers stop in the middle of what they do at a registry. */
function standStillAtRegistries(world: Scheduler, chance: number): void {
  world.onCall = (proc, { port }) => {
    const atWork = port === 'ecr' || port === 'docker.io';
    if (atWork && world.chance(chance)) standStill(world, proc);
  };
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
