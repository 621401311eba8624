import { parseConfig } from '../../../core/config/parse.ts';
import type { Image } from '../../../core/request/image.ts';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { changer } from '../../../core/store/change.ts';
import { requestStore } from '../../../core/store/items.ts';
import { bytesStore, findingsStore, targetStore } from '../../../core/store/rows.ts';
import { scheduleStore } from '../../../core/store/schedules.ts';
import { trackedStore } from '../../../core/store/tracked.ts';
import { pullBudgetStore, quotaStore, seenStore } from '../../../core/store/upstream.ts';
import { openSlots } from '../../../worker/copy/slots.ts';
import type { WorkerDeps } from '../../../worker/deps.ts';
import { openEcrRegistries } from '../../../worker/ecr/ecr-registry.ts';
import { openSources } from '../../../worker/sources.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { openLocalTable } from '../../core/store/local-table.ts';
import { offered, sampleRequest, START } from '../../core/request/sample-request.ts';

export const TRIES = 3;
const timing = { ...DEFAULT_TIMING, copyAttempts: TRIES };

/** The jobs over the real store and a stand-in of ECR, on a clock that is moved by hand. */
export interface DeadWorld {
  readonly deps: WorkerDeps;
  readonly ecr: EcrStandIn;
  /** Levels and messages that were logged. */
  readonly lines: string[];
  pass(ms: number): void;
  /** A request whose images are all approved. */
  approved(images?: number): Promise<RequestItem>;
  /** Still being looked up. */
  asked(): Promise<RequestItem>;
  item(id: string): Promise<RequestItem>;
  image(id: string, image?: string): Promise<Image>;
  change(id: string, ...inputs: readonly Input[]): Promise<RequestItem>;
  /** A worker that claims and is never heard of again, this often. */
  dies(id: string, times: number, image?: string): Promise<void>;
  close(): Promise<void>;
}

export async function openDeadWorld(over: { readonly paused?: boolean } = {}): Promise<DeadWorld> {
  let at = START;
  let serial = 0;
  const now = () => at;
  const sleep = async (ms: number): Promise<void> => {
    at += ms;
  };
  const table = await openLocalTable();
  const ecr = await startEcr({ accountId: '123456789012', region: 'eu-central-1' });
  const parsed = parseConfig(
    JSON.stringify({
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U0ALICE'] } }],
      destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1', endpoint: ecr.apiUrl }],
      registries: { [ecr.registryHost]: { insecure: true } },
      channels: { default: 'C0GENERAL' },
      limits: { timing: { copyAttempts: TRIES } },
      ...over,
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { config, hash } = parsed;
  const { dynamo } = table;
  const requests = requestStore(dynamo);
  // A heartbeat that is due never comes: what a test is about ends before it.
  const still = () => new Promise<void>(() => {});
  const clock = {
    now,
    random: Math.random,
    sleep: (ms: number) => (ms === timing.editEveryMs ? still() : sleep(ms)),
  };
  const change = changer({ requests, timing, now, random: Math.random, sleep });
  const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' };
  const registries = openEcrRegistries({ config, clock, credentials });
  const lines: string[] = [];
  const log: WorkerDeps['log'] = (level, message) => lines.push(`${level} ${message}`);
  const sources = openSources({ config, clock, log });
  const silent = async () => {};
  const deps: WorkerDeps = {
    config,
    configHash: hash,
    store: {
      requests,
      targets: targetStore(dynamo),
      bytes: bytesStore(dynamo, now),
      findings: findingsStore(dynamo),
      budgets: pullBudgetStore(dynamo),
      quotas: quotaStore(dynamo),
      seen: seenStore(dynamo),
      schedules: scheduleStore(dynamo),
      tracked: trackedStore(dynamo),
    },
    change,
    bells: { work: silent, notify: silent },
    sources,
    slots: openSlots({ perHost: 1, overall: 1 }),
    ecrOf: registries.of,
    clock,
    log,
  };
  const item = async (id: string): Promise<RequestItem> => {
    const found = await requests.get(id);
    if (!found) throw new Error(`no item ${id}`);
    return found;
  };
  const put = async (made: RequestItem): Promise<RequestItem> => {
    serial += 1;
    const own = { ...made, id: `M-000${serial}` };
    await requests.put(own);
    return own;
  };
  const apply = async (id: string, ...inputs: readonly Input[]): Promise<RequestItem> => {
    for (const input of inputs) {
      const changed = await change({ id, deadline: at + 5_000, input: () => input });
      if (changed.kind !== 'changed') throw new Error(`${input.kind}: ${JSON.stringify(changed)}`);
    }
    return item(id);
  };
  return {
    deps,
    ecr,
    lines,
    pass: (ms) => {
      at += ms;
    },
    asked: () => put(sampleRequest()),
    approved: async (images = 1) => {
      const made = await put(offered(images));
      const ids = Object.keys(made.entries);
      return apply(made.id, { kind: 'approve', by: 'U0ALICE', images: ids, configHash: 'c0ffee' });
    },
    item,
    image: async (id, image = '1') => {
      const found = (await item(id)).images[image];
      if (!found) throw new Error('no image');
      return found;
    },
    change: apply,
    dies: async (id, times, image = '1') => {
      for (let n = 0; n < times; n += 1) {
        await apply(id, { kind: 'claim', image, owner: `dead-${n}` });
        at += timing.leaseMs + 1;
      }
    },
    close: async () => {
      await Promise.all([sources.close(), registries.close()]);
      await ecr.close();
      await table.close();
    },
  };
}
