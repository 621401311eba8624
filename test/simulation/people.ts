import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Entry, Target } from '../../core/request/image.ts';
import { newRequest } from '../../core/request/new-request.ts';
import { StoreError } from '../../core/store/store.ts';
import { act, APPROVERS, type Told } from './clicks.ts';
import { CHANNEL, config } from './configuration.ts';
import { madeUpImage } from './memory-registry.ts';
import type { RunningBot } from './processes.ts';
import { CHAOS_MS, type Scene, START } from './scene.ts';

export interface People {
  /** What they ask for, by id. */
  readonly requests: readonly string[];
  /** What they were told of their clicks, as far as they were. */
  readonly told: readonly Told[];
  /** Without a user: somebody who may decide. */
  readonly click: (id: string, user: string | undefined, type: Told['type']) => void;
}

interface Around {
  /** Who answers people now. */
  readonly bot: () => RunningBot | undefined;
  readonly problems: string[];
}

const { timing } = config.limits;

/** Two or three requests of one to four images, and people who click at bad moments. */
export function openPeople({ ecr, rows, tags, world }: Scene, { bot, problems }: Around): People {
  const told: Told[] = [];
  const requests: string[] = [];
  const shared = ['r/shared:v1', 'r/shared:v2'];
  const count = 2 + Math.floor(world.between(0, 2));
  for (let n = 0; n < count; n += 1) requests.push(ask(n));
  return { requests, told, click };

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
      const up = bot();
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
    const up = bot();
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
}

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
