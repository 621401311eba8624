import type { BotDeps } from '../../bot/deps.ts';
import { notify } from '../../bot/notifier/notify.ts';
import { placer } from '../../bot/notifier/place.ts';
import { changer } from '../../core/store/change.ts';
import { openSlots } from '../../worker/copy/slots.ts';
import type { WorkerDeps } from '../../worker/deps.ts';
import { answerDoorbell } from '../../worker/jobs/answer.ts';
import { tick } from '../../worker/tick/tick.ts';
import { CHANNEL, config, configHash } from './configuration.ts';
import { memoryEcr, memorySources } from './memory-registry.ts';
import { memorySlack } from './memory-slack.ts';
import { memoryStore } from './memory-store.ts';
import type { Scene } from './scene.ts';
import { CALM, type Proc } from './scheduler.ts';

/** The bot as it runs now, or as it died. */
export interface RunningBot {
  readonly proc: Proc;
  readonly deps: BotDeps;
}

const { timing } = config.limits;

/**
 * Two workers of two slots, two notifiers, two ticks and a bot, each started anew some time after it died. Their clocks
 * are at most `skewMs` from the world's. Returns who the bot is.
 */
export function startProcesses(
  { ecr, queues, rows, slack, tags, world }: Scene,
  skewMs: number,
): () => RunningBot | undefined {
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
  const boot = (name: string, start: (proc: Proc) => void): void => {
    boots.set(name, () => start({ name, alive: true, skewMs: skewMs && world.between(-skewMs, skewMs) }));
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

  let running: RunningBot | undefined;
  boot('bot', (proc) => {
    const { clock, change, bells, log, requests } = parts(proc);
    const directory = {
      memberKind: async () => 'full' as const,
      groupsOf: async () => [],
      groupChanges: async () => ({}),
    };
    running = {
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
  return () => running;
}
