import type { BotDeps } from '../../bot/deps.ts';
import { notify } from '../../bot/notifier/notify.ts';
import { placer } from '../../bot/notifier/place.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Entry, Target } from '../../core/request/image.ts';
import { newRequest } from '../../core/request/new-request.ts';
import { type RequestItem, imagesOf } from '../../core/request/request.ts';
import { approvalsFit } from '../../core/request/policy.ts';
import { isGateOpen } from '../../core/request/releasing.ts';
import { changer } from '../../core/store/change.ts';
import { StoreError } from '../../core/store/store.ts';
import type { WorkerDeps } from '../../worker/deps.ts';
import { answerDoorbell } from '../../worker/jobs/answer.ts';
import { tick } from '../../worker/tick/tick.ts';
import { act, APPROVERS, type Told } from './clicks.ts';
import { CHANNEL, config, configHash } from './configuration.ts';
import { describeWrite } from './describe.ts';
import type { Directed } from './directed.ts';
import { Queue } from './memory-queue.ts';
import {
  type EcrRows,
  madeUpImage,
  memoryEcr,
  memorySources,
  type MovingTag,
  newEcrRows,
} from './memory-registry.ts';
import { openSlots } from '../../worker/copy/slots.ts';
import { memorySlack, newSlackRows, type SlackRows } from './memory-slack.ts';
import { memoryStore, newRows, type Rows } from './memory-store.ts';
import { CALM, type Chaos, type Port, type Proc, Scheduler } from './scheduler.ts';

export const START = Date.UTC(2026, 0, 5);
const CHAOS: Chaos = { crash: 0.02, fail: 0.06, lost: 0.06, pause: 0.003 };
const CHAOS_MS = 90 * 60_000;
// Longer than eight hours of work: then a review that is owed is asked for once more.
const QUIET_MS = 10 * 3_600_000;
export interface Story {
  readonly world: Scheduler;
  readonly rows: Rows;
  readonly ecr: EcrRows;
  readonly slack: SlackRows;
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

const { timing } = config.limits;

/** One seeded story: a few requests, people who click at bad moments, processes that die; then quiet, until all is said. */
export async function tell(seed: number, telling: Telling = {}): Promise<Story> {
  const { directed, hear, outages = [] } = telling;
  const chaos = telling.chaos ?? directed?.chaos ?? CHAOS;
  const world = new Scheduler(seed, START);
  const rows = newRows();
  const ecr = newEcrRows();
  const slack = newSlackRows();
  const told: Told[] = [];
  const problems: string[] = [];
  const queues = { work: new Queue(world), notify: new Queue(world) };
  const tags = new Map<string, MovingTag>();
  if (hear) world.tell = (line) => hear(`${timeOf(world.now)} ${line}`);
  world.chaos = chaos;
  world.outages = outages.map(({ port, fromMs, forMs }) => ({
    port,
    from: START + fromMs,
    until: START + fromMs + forMs,
  }));

  const clockOf = (proc: Proc) => ({
    now: () => world.clockOf(proc),
    random: world.random,
    sleep: (ms: number, signal?: AbortSignal) => world.sleep(proc, ms, signal),
  });
  const parts = (proc: Proc) => {
    const store = memoryStore(world, rows, proc);
    const clock = clockOf(proc);
    const { requests } = store;
    const change = changer({ requests, timing, now: clock.now, random: clock.random, sleep: clock.sleep });
    const bells = { work: queues.work.ring(proc), notify: queues.notify.ring(proc) };
    return { store, clock, change, bells, requests, log: () => {} };
  };

  const boots = new Map<string, () => void>();
  const skew = directed?.skewMs ?? 0;
  const boot = (name: string, start: (proc: Proc) => void): void => {
    boots.set(name, () => start({ name, alive: true, skewMs: skew && world.between(-skew, skew) }));
    boots.get(name)?.();
  };
  world.onCrash = ({ name }) => {
    const again = boots.get(name);
    if (again) world.at(world.now + world.between(2_000, 60_000), again);
  };

  for (const name of ['worker1', 'worker2']) {
    boot(name, (proc) => {
      const { store, clock, change, bells, log, requests } = parts(proc);
      const deps: WorkerDeps = {
        config,
        configHash,
        store,
        change,
        bells,
        sources: memorySources({ world, proc }, tags),
        slots: openSlots({ perHost: 8, overall: 16 }),
        ecrOf: () => memoryEcr({ world, proc }, ecr),
        clock,
        log,
      };
      const stop = new AbortController();
      for (let slot = 0; slot < 2; slot += 1) {
        queues.work.consume(proc, (id) => answerDoorbell(deps, id, stop.signal));
      }
      tick({ requests, change, bells, timing, now: clock.now, log }).catch(() => {});
      // Now and then a deployment: what runs is given back, and a new process takes over.
      if (world.chance(0.3)) {
        world.at(world.now + world.between(60_000, 1_800_000), () => {
          if (!proc.alive || world.chaos === CALM) return;
          stop.abort(new Error('SIGTERM'));
          world.at(world.now + 25_000, () => world.kill(proc));
        });
      }
    });
  }
  for (const name of ['notifier1', 'notifier2']) {
    boot(name, (proc) => {
      const { clock, bells, log, requests } = parts(proc);
      queues.notify.consume(proc, (id) => {
        const port = memorySlack({ world, proc }, slack, id);
        const { now, random } = clock;
        const placeOf = placer(port, CHANNEL);
        return notify({ requests, slack: port, ring: bells.notify, timing, now, random, log, placeOf }, id);
      });
    });
  }
  for (const name of ['tick1', 'tick2']) {
    boot(name, (proc) => {
      const { clock, change, bells, log, requests } = parts(proc);
      const loop = async (): Promise<void> => {
        for (;;) {
          await clock.sleep(world.between(50_000, 70_000));
          await tick({ requests, change, bells, timing, now: clock.now, log }).catch(() => {});
        }
      };
      void loop();
    });
  }

  // ---- people
  let bot: { readonly proc: Proc; readonly deps: BotDeps } | undefined;
  boot('bot', (proc) => {
    const { clock, change, bells, log, requests } = parts(proc);
    const directory = {
      memberKind: async () => 'full' as const,
      groupsOf: async () => [],
      groupChanges: async () => ({}),
    };
    bot = {
      proc,
      deps: {
        config,
        configHash,
        requests,
        change,
        bells,
        directory,
        tellOps: () => {},
        now: clock.now,
        log,
      },
    };
  });
  const requests: string[] = [];
  const shared = ['r/shared:v1', 'r/shared:v2'];
  const count = 2 + Math.floor(world.between(0, 2));
  for (let n = 0; n < count; n += 1) requests.push(ask(n));

  function ask(n: number): string {
    const id = `M-${n}000`;
    const entries: Record<string, Entry> = {};
    const images = 1 + Math.floor(world.between(0, 4));
    for (let i = 1; i <= images; i += 1) {
      const common = i === 1 && world.chance(0.6);
      const target = common ? (world.pick(shared) ?? 'r/shared:v1') : `r/own${n}x${i}:v1`;
      const name = common && world.chance(0.7) ? 'library/shared' : `library/own${n}x${i}`;
      const movesAt = world.chance(0.2) ? START + world.between(0, CHAOS_MS / 2) : Number.POSITIVE_INFINITY;
      if (!tags.has(name))
        tags.set(name, { first: madeUpImage(`${name} a`), second: madeUpImage(`${name} b`), movesAt });
      entries[String(i)] = {
        source: { registry: 'docker.io', repository: name, tag: 'v1' },
        target: targetOf(target),
      };
      if (world.chance(0.03))
        ecr.tags.set(target, madeUpImage(world.chance(0.5) ? `${name} a` : 'foreign').digest);
    }
    const from = START + world.between(0, CHAOS_MS / 3);
    const requester = world.chance(0.15) ? 'U01' : `P${n}`;
    const put = (): void => {
      const up = bot;
      if (up?.proc.alive) {
        const given = {
          id,
          hash: id,
          workspace: 'T1',
          requester,
          channel: CHANNEL,
          team: 'default',
          entries,
        };
        const item = newRequest({ ...given, now: up.deps.now(), timing });
        up.deps.requests.put(item).then(
          () => up.deps.bells.work(id),
          () => {},
        );
      }
      // Nothing happened? A person asks again; Slack's replay of the trigger has the same id.
      world.at(world.now + 20_000, () => rows.items.has(id) || put());
    };
    world.at(from, put);
    const when = (): number => from + world.between(20_000, CHAOS_MS - (from - START));
    for (let k = 0; k < 8; k += 1) {
      const user = world.pick(APPROVERS) ?? 'U01';
      const type = world.chance(0.12) ? 'denied' : 'approved';
      if (world.chance(0.1)) world.at(when(), () => click(id, user, 'asked'));
      const at = when();
      world.at(at, () => click(id, user, type));
      if (world.chance(0.4)) world.at(at + world.between(0, 500), () => click(id, user, type));
    }
    if (world.chance(0.35)) world.at(when(), () => click(id, requester, 'cancelled'));
    for (let k = 0; k < 4; k += 1) world.at(when(), () => click(id, requester, 'retried'));
    if (world.chance(0.4)) world.at(when(), () => click(id, 'U03', 'brokeGlass'));
    return id;
  }

  function click(id: string, by: string | undefined, type: Told['type']): void {
    const user = by ?? 'U01';
    const up = bot;
    if (!up?.proc.alive) return;
    const { deps } = up;
    const entry: { -readonly [K in keyof Told]: Told[K] } = { request: id, user, type, answer: 'begun' };
    told.push(entry);
    world.tell?.(`${user} clicks on ${id}: ${type}`);
    const say = (answer: Told['answer']): void => {
      world.tell?.(`${user} is told ${answer} on ${id}: ${type}`);
      entry.answer = answer;
    };
    const answered = act(deps, { id, user, type }).then((answer) => answer && say(answer));
    answered.catch((error: unknown) => {
      if (!(error instanceof StoreError)) problems.push(`BUG: a click threw ${String(error)}`);
    });
  }

  ecr.onTag = (tag, digest, by) => {
    const owners = [...rows.items.values()].flatMap((item) =>
      imagesOf(item).flatMap(([id, image]) => {
        const { state, target, targetDigest, taggingAt } = image;
        return `${target.repository}:${target.tag}` === tag &&
          targetDigest === digest &&
          taggingAt !== undefined
          ? [
              {
                item: item.id,
                image: id,
                state,
                enough: approvalsFit(item, image),
                open: isGateOpen(item, image),
              },
            ]
          : [];
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

function targetOf(text: string): Target {
  const [repository = '', tag = ''] = text.split(':');
  return {
    destination: 'd',
    account: '123456789012',
    region: 'eu-central-1',
    repository: repository as EcrRepositoryName,
    tag,
  };
}
