import { approvalsFit } from '../../core/request/policy.ts';
import { isGateOpen } from '../../core/request/releasing.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { APPROVERS, type Told } from './clicks.ts';
import { describeWrite } from './describe.ts';
import type { Directed } from './directed.ts';
import { openPeople } from './people.ts';
import { startProcesses } from './processes.ts';
import { CHAOS_MS, newScene, type Scene, START } from './scene.ts';
import { CALM, type Chaos, type Port } from './scheduler.ts';

const CHAOS: Chaos = { crash: 0.02, fail: 0.06, lost: 0.06, pause: 0.003 };
// Longer than eight hours of work: then a review that is owed is asked for once more.
const QUIET_MS = 10 * 3_600_000;

export interface Story extends Pick<Scene, 'ecr' | 'rows' | 'slack' | 'world'> {
  readonly requests: readonly string[];
  readonly told: readonly Told[];
  readonly problems: string[];
  readonly quiet: boolean;
  /** How often what was aimed at has happened. */
  readonly met: number;
}

export interface Telling {
  readonly chaos?: Chaos;
  readonly outages?: readonly { readonly port: Port; readonly fromMs: number; readonly forMs: number }[];
  readonly directed?: Directed;
  /** Hears the story, a line each, with its time. */
  readonly hear?: (line: string) => void;
}

/** One seeded story: a few requests, people who click at bad moments, processes that die; then quiet, until all is said. */
export async function tell(seed: number, telling: Telling = {}): Promise<Story> {
  const { directed, hear, outages = [] } = telling;
  const chaos = telling.chaos ?? directed?.chaos ?? CHAOS;
  const scene = newScene(seed);
  const { ecr, queues, rows, slack, tags, world } = scene;
  const problems: string[] = [];
  if (hear) world.tell = (line) => hear(`${timeOf(world.now)} ${line}`);
  world.chaos = chaos;
  world.outages = outages.map(({ port, fromMs, forMs }) => ({
    port,
    from: START + fromMs,
    until: START + fromMs + forMs,
  }));

  const bot = startProcesses(scene, directed?.skewMs ?? 0);
  const { click, requests, told } = openPeople(scene, { bot, problems });

  ecr.onTag = (tag, digest, by) => {
    const owners = [...rows.items.values()].flatMap((item) =>
      imagesOf(item).flatMap(([, image]) => {
        const { state, target, targetDigest, taggingAt } = image;
        const isOwner =
          `${target.repository}:${target.tag}` === tag && targetDigest === digest && taggingAt !== undefined;
        return isOwner ? [{ state, enough: approvalsFit(item, image), open: isGateOpen(item, image) }] : [];
      }),
    );
    if (!owners.some(({ open }) => open))
      problems.push(`GATE: ${tag} was put by ${by.name} against its gate`);
    if (!owners.some(({ enough }) => enough)) problems.push(`UNAPPROVED: ${tag} was put by ${by.name}`);
    if (owners.every(({ state }) => TOLD_AS_UNTAGGED.has(state))) {
      problems.push(`AFTER-END: ${tag} was put though ${owners.map(({ state }) => state).join()}`);
    }
  };

  // ---- directed: what seldom meets by itself
  rows.onWrite = (before, after) => {
    world.tell?.(describeWrite(before, after));
    if (world.chaos === CALM) return;
    const soon = (type: Told['type']): void =>
      world.at(world.now + world.between(0, 1_500), () =>
        click(after.id, after.requester ?? 'U0NOBODY', type),
      );
    for (const [id, image] of imagesOf(after)) {
      const was = before?.images[id];
      if (image.taggingAt !== was?.taggingAt && world.chance(0.1)) soon('cancelled');
      if (image.state === 'copying' && was?.state !== 'copying' && world.chance(0.08)) soon('cancelled');
      if (image.state === 'failed' && was?.state !== 'failed' && world.chance(0.5)) soon('retried');
      if (image.state !== was?.state && (image.state === 'pushed' || image.state === 'held')) {
        if (world.chance(0.05)) soon('cancelled');
        const user = world.pick(APPROVERS) ?? 'U01';
        const type = world.chance(0.7) ? 'released' : 'left';
        for (let n = 0; n < 2; n += 1) {
          const at = world.now + world.between(0, image.state === 'held' && n === 0 ? 2_000 : 1_200_000);
          if (world.chance(0.7)) world.at(at, () => click(after.id, user, type));
        }
      }
    }
    const broken =
      after.events.at(-1)?.type === 'brokeGlass' && before?.events.length !== after.events.length;
    for (const user of broken ? APPROVERS : []) {
      world.at(world.now + world.between(0, 3_600_000), () => click(after.id, user, 'reviewed'));
    }
    // A person clicks while a line or an edit is in doubt.
    if (after.notifier.tried && !before?.notifier.tried && world.chance(0.05)) soon('retried');
  };

  const pinned = new Map<string, string>();
  rows.onTake = (target, { digest, image, request }) => {
    const key = `${request}/${image}`;
    if ((pinned.get(key) ?? digest) !== digest)
      problems.push(`RETAKEN: ${key} took ${target} with two digests`);
    pinned.set(key, digest);
  };
  let met = 0;
  directed?.aim({
    world,
    rows,
    ecr,
    tags,
    click,
    ring: (id) => {
      queues.work.put(id);
      queues.notify.put(id);
    },
    met: () => {
      met += 1;
    },
    broken: (sentence) => problems.push(sentence),
  });

  // ---- chaos, then quiet
  let calm = false;
  world.at(START + CHAOS_MS, () => {
    calm = true;
    world.chaos = CALM;
  });
  const done = (): boolean =>
    calm &&
    requests.every((id) => isSaid(rows.items.get(id)) && !rows.index.has(id)) &&
    queues.work.messages.size === 0 &&
    queues.notify.messages.size === 0;
  await world.run(done, START + CHAOS_MS + QUIET_MS);
  return { world, rows, ecr, slack, requests, told, problems, quiet: done(), met };
}

const timeOf = (now: number): string => new Date(now).toISOString().slice(11, 23);

/** Ends that say that there is no tag. */
const TOLD_AS_UNTAGGED: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'expired', 'left', 'failed']);

const isSaid = (item: RequestItem | undefined): boolean => item !== undefined && item.dueAt === undefined;
