import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import type { RequestStore } from '../../core/store/store.ts';
import { DEFAULT_TIMING, type Timing } from '../../core/request/timing.ts';
import {
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  type StandIns,
  type StandInsOptions,
  startStandIns,
} from '../../local/stand-ins.ts';
import type { SlackStandIn } from '../../local/slack/start.ts';
import type { Upstream } from '../../local/upstream/start.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { type Door, type DoorOptions, openDoor } from './door.ts';
import { type Person, person } from './person.ts';
import type { ProductPlaces } from './product.ts';
import { NO_SCAN_TIME, SOON_TWINS } from './stage.ts';

/** An image that kills its worker is given up after so many. */
export const TRIES = 3;

/** Leases of three seconds: long enough that a busy machine keeps them, short enough to wait for their end. */
const SHORT: Partial<Timing> = {
  leaseMs: 3_000,
  heartbeatMs: 500,
  ringAfterMs: 300,
  rungBackoffMs: 300,
  rungBackoffMaxMs: 1_000,
  sayAfterMs: 200,
  postTimeoutMs: 2_500,
  postDeadlineMs: 2_800,
  graceMs: 300,
  editEveryMs: 200,
  ...SOON_TWINS,
  copyAttempts: TRIES,
  putTimeoutMs: 1_500,
  scanFirstLookMs: 100,
  scanLookMaxMs: 300,
  tickMs: 200,
};

/** One person asks for everything here. */
const OPEN = { openPerPerson: 1_000, openPerChannel: 1_000 };

/** What the product talks to, in this process; the product itself in processes that can be killed. */
export interface Apart {
  readonly standIns: StandIns;
  readonly slack: SlackStandIn;
  readonly hub: Upstream;
  readonly alice: Person;
  readonly bob: Person;
  readonly requests: RequestStore;
  /** Starts the product, of this tree or of another one. */
  start(root?: string): Promise<Product>;
  /** Kills what still runs. */
  close(): Promise<void>;
}

/** The product in one process, behind doors of its own. */
export interface Product {
  readonly process: ChildProcess;
  readonly doors: { readonly store: Door; readonly queue: Door; readonly slack: Door };
  /** The request of the doorbell that a receipt belongs to. */
  requestOf(receipt: string): string | undefined;
  /** Its log so far, a line each. */
  readonly log: readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

export interface ApartOptions extends StandInsOptions {
  /** The product's own lengths instead of short ones. */
  readonly realLengths?: boolean;
}

export async function startApart({ realLengths, configure, ...options }: ApartOptions = {}): Promise<Apart> {
  const timing = realLengths
    ? { ...DEFAULT_TIMING, ...SOON_TWINS, copyAttempts: TRIES, tickMs: 1_000 }
    : SHORT;
  const standIns = await startStandIns({
    page: false,
    hub: { images: smallImages },
    ...options,
    slack: { rateLimits: 'off', ackDeadlineMs: 20_000, ...options.slack },
    ecr: { scan: NO_SCAN_TIME, ...options.ecr },
    configure: (config) => {
      const limits = { ...config.limits, imagesAtOnce: 20, resolvesPerHour: 1_000, ...OPEN, timing };
      const ours = { ...config, limits };
      return configure ? configure(ours) : ours;
    },
  });
  const { slack, upstream } = standIns;
  if (!upstream) throw new Error('this stage has no sample Hub');
  const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  const dynamo = openDynamo(standIns.table, { ...aws, endpoint: standIns.dynamoDbUrl });
  const running = new Set<Product>();
  return {
    standIns,
    slack,
    hub: upstream,
    alice: person(slack, slack.people.requester),
    bob: person(slack, slack.people.approver),
    requests: requestStore(dynamo),
    start: async (root = process.cwd()) => {
      const product = await startProduct(standIns, root);
      running.add(product);
      return product;
    },
    close: async () => {
      for (const { kill, ended } of running) {
        kill('SIGKILL');
        await ended;
      }
      for (const { doors } of running) {
        await Promise.all(Object.values(doors).map((door: Door) => door.close()));
      }
      dynamo.client.destroy();
      await standIns.close();
    },
  };
}

/** Behind doors that can be wrapped: for one process. Resolves when it is connected to Slack. */
export async function startProduct(
  standIns: StandIns,
  root: string,
  faults: Pick<DoorOptions, 'fateOf' | 'forgetful'> = {},
): Promise<Product> {
  const receipts = new Map<string, string>();
  const store = await openDoor(standIns.dynamoDbUrl, faults);
  const queue = await openDoor(standIns.sqsUrl, {
    ...faults,
    onAnswer: ({ operation }, answer) => {
      if (operation !== 'ReceiveMessage' || faults.forgetful) return;
      const { Messages = [] }: Received = JSON.parse(answer);
      for (const { Body, ReceiptHandle } of Messages) receipts.set(ReceiptHandle, Body);
    },
  });
  const slack = await openDoor(new URL(standIns.slack.apiUrl).origin, faults);
  const { botToken, appToken } = standIns.slack;
  const through = (address: string, door: Door): string => `${door.origin}${new URL(address).pathname}`;
  const { notify, notifyDead, work, workDead } = standIns.queues;
  const places: ProductPlaces = {
    configText: standIns.configText,
    slack: { botToken, appToken, apiUrl: through(standIns.slack.apiUrl, slack) },
    table: standIns.table,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    dynamoDbUrl: store.origin,
    sqsUrl: queue.origin,
    queues: {
      work: through(work, queue),
      notify: through(notify, queue),
      workDead: through(workDead, queue),
      notifyDead: through(notifyDead, queue),
    },
  };
  const spawned = await spawnProduct(places, root, faults.forgetful === true);
  return {
    ...spawned,
    doors: { store, queue, slack },
    requestOf: (receipt) => /M-[0-9A-Z]+/.exec(receipts.get(receipt) ?? '')?.[0],
  };
}

/** The process alone. Resolves when it is connected to Slack. */
export async function spawnProduct(
  places: ProductPlaces,
  root: string,
  forgetful: boolean,
): Promise<Omit<Product, 'doors' | 'requestOf'>> {
  const child = spawn(process.execPath, ['test/integration/product.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MIRROR_PLACES: JSON.stringify(places) },
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!forgetful) log.push(line);
    if (process.env['LOG']) console.error(child.pid, line);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).once('line', () => ready.resolve());
  void ended.then((code) => ready.reject(new Error(`the product ended with ${code}: ${log.join('\n')}`)));
  await ready.promise;
  return { process: child, log, kill: (signal) => void child.kill(signal), ended };
}

interface Received {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}
