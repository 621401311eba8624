import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { localClient } from '../../local/slack/local-client.ts';
import { startStandIns } from '../../local/stand-ins.ts';
import { seededRandom } from '../../local/unkind/seeded-random.ts';
import { startProduct } from '../integration/apart.ts';
import type { Fate } from '../integration/door.ts';
import { NO_SCAN_TIME } from '../integration/stage.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { clickAround } from './clicking.ts';
import { crowd } from './crowd.ts';
import { openTable } from './open-table.ts';
import { checkTold, type Line, linesIn } from './told.ts';

/**
 * npm run soak -- --requests 2000 --channels 50 --faulty 1 --rate 2: requests in many channels, so many a second, while
 * so many of a hundred calls to table, queues, Slack, ECR and the source go wrong, with Slack's own limits on a faster
 * clock. In the end nothing may be open, every line be there once, and the memory as it was.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    channels: { type: 'string', default: '50' },
    faulty: { type: 'string', default: '1' },
    rate: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const requests = Number(values.requests);
const faulty = Number(values.faulty) / 100;
const random = seededRandom(Number(values.seed));
/** Slack's minute lasts a second. */
const FASTER = 60;
const began = Date.now();

const { channels, people } = crowd({ people: 50, channels: Number(values.channels) });
const standIns = await startStandIns({
  page: false,
  hub: { images: smallImages, pullLimit: 1_000_000 },
  slack: {
    more: { channels, people },
    rateLimits: 'strict',
    limitsNow: () => began + (Date.now() - began) * FASTER,
  },
  ecr: { scan: NO_SCAN_TIME },
  configure: (config) => ({
    ...config,
    limits: {
      ...config.limits,
      imagesAtOnce: 8,
      resolvesPerHour: 10_000,
      openPerPerson: 1_000,
      openPerChannel: 10_000,
      slackShare: FASTER,
      // The other lengths are the product's own; with these, each line that was said again keeps its request open for long.
      timing: { twinFirstLookMs: 20_000, twinLastLookMs: 60_000 },
    },
  }),
});
const FATES: readonly Fate[] = ['busy', 'cut', 'lost'];
const faults = { calls: 0, hit: 0 };
const isHit = (): boolean => {
  faults.calls += 1;
  const hit = random() < faulty;
  if (hit) faults.hit += 1;
  return hit;
};
const { ecr, upstream } = standIns;
const servers = [ecr.faults.api, ecr.faults.registry, ecr.faults.blobs];
if (upstream) servers.push(upstream.faults.registry, upstream.faults.auth, upstream.faults.blobs);
for (const server of servers) {
  // One wrapper a kind, each asked in turn: together they hit as many as the others.
  const share = (): boolean => random() < faulty / 3;
  server.add({ kind: 'status', status: 503, times: Number.POSITIVE_INFINITY, match: share });
  server.add({ kind: 'cut', times: Number.POSITIVE_INFINITY, match: share });
  server.add({ kind: 'lost', times: Number.POSITIVE_INFINITY, match: share });
}
const product = await startProduct(standIns, process.cwd(), {
  forgetful: true,
  fateOf: () => (isHit() ? (FATES[Math.floor(random() * FATES.length)] ?? 'cut') : 'ok'),
});
const table = openTable(standIns);
// A command before it is connected is for nobody.
await standIns.slack.connected();
const client = localClient(standIns.slack.url);

let ended = false;
void product.ended.then((code) => {
  if (ended) return;
  console.error(`the product ended with ${code}`);
  process.exit(3);
});
const memory: { readonly at: number; readonly megabytes: number }[] = [];
const watching = setInterval(() => {
  const pages = Number(readFileSync(`/proc/${product.process.pid}/statm`, 'utf8').split(' ')[1]);
  memory.push({ at: Date.now() - began, megabytes: (pages * 4_096) / 1e6 });
}, 1_000);
const targets = Array.from({ length: requests }, (_, n) => `base-images/soak-${n}`);
let asked = 0;
const people_ = people.map(({ id }) => id);
const ask = async (target: string): Promise<void> => {
  const n = asked;
  asked += 1;
  const channel = channels[n % channels.length]?.id ?? '';
  const user = people_[n % people_.length] ?? '';
  await client.command({ user, channel, text: `/mirror redis:6.2 ${target}` });
};
const { approver, approver2 } = standIns.slack.people;
const clicking = clickAround({
  slack: client,
  url: standIns.slack.url,
  channels: channels.map(({ id }) => id),
  approver: () => (random() < 0.5 ? approver : approver2),
});
const asking: Promise<void>[] = [];
for (const target of targets) {
  asking.push(ask(target));
  await sleep(1_000 / Number(values.rate));
}
await Promise.all(asking);
console.error(`asked for ${requests} after ${seconds()}`);

let items: readonly RequestItem[] = [];
for (;;) {
  items = await table.all();
  // A command whose answer said "not sure" is asked again, as its sentence says.
  const known = new Set(
    items.flatMap(({ entries }) => Object.values(entries).map((e) => e.target.repository)),
  );
  for (const target of targets) if (!known.has(target as never)) await ask(target);
  const open = items.filter(({ dueAt }) => dueAt !== undefined);
  console.error(`${seconds()}: ${items.length} requests, ${open.length} open`);
  if (open.length < 6) for (const item of open) console.error(`  ${whyOpen(item)}`);
  if (open.length === 0 && known.size === requests) break;
  if (Date.now() - began > 45 * 60_000) break;
  // All of the table is read for it.
  await sleep(15_000);
}
clearInterval(watching);
await clicking.stop();

const lines: Line[] = [];
for (const { id } of channels) lines.push(...linesIn(id, await client.transcript(id)));
const wrong = items.flatMap((item) => checkTold(item, lines));
const copied = new Map<string, number>();
for (const item of items) {
  for (const [, { state, target }] of imagesOf(item)) {
    if (state === 'copied') copied.set(target.repository, (copied.get(target.repository) ?? 0) + 1);
  }
}
const states = Object.groupBy(
  items.flatMap((item) => imagesOf(item).map(([, { state }]) => state)),
  (s) => s,
);
const quarter = Math.floor(memory.length / 4);
const middle = (list: readonly { readonly megabytes: number }[]): number =>
  list.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const figures = {
  requests,
  channels: channels.length,
  items: items.length,
  states: Object.fromEntries(Object.entries(states).map(([state, list]) => [state, list?.length])),
  open: items.filter(({ dueAt }) => dueAt !== undefined).length,
  notCopiedOnce: targets.filter((target) => copied.get(target) !== 1).length,
  linesWrong: wrong.length,
  lines: lines.length,
  faultyPercent: Number(values.faulty),
  callsThroughDoors: faults.calls,
  callsHit: faults.hit,
  registryCallsHit: servers.reduce((sum, { hits }) => sum + hits, 0),
  memoryMB: {
    secondQuarter: Math.round(middle(memory.slice(quarter, 2 * quarter))),
    lastQuarter: Math.round(middle(memory.slice(3 * quarter))),
    most: Math.round(Math.max(...memory.map(({ megabytes }) => megabytes))),
  },
  seconds: Math.round((Date.now() - began) / 1_000),
  loadAverage: loadavg().map((load) => Math.round(load * 10) / 10),
};
console.log(JSON.stringify(figures));
for (const sentence of wrong.slice(0, 20)) console.log(sentence);
ended = true;
product.kill('SIGTERM');
await product.ended;
for (const door of Object.values(product.doors)) await door.close();
table.close();
await standIns.close();
process.exitCode = figures.open + figures.notCopiedOnce + figures.linesWrong > 0 ? 1 : 0;

/** What a request that is still open waits for. */
function whyOpen({ id, state, images, work, notifier, dueAt = 0 }: RequestItem): string {
  const { doubled, tried, notBefore } = notifier;
  const states = Object.values(images).map((image) => `${image.state} ${image.attempt} ${image.scan}`);
  const due = Math.round((dueAt - Date.now()) / 1_000);
  return JSON.stringify({ id, state, states, due, doubled, tried, notBefore, work });
}

function seconds(): string {
  return `${Math.round((Date.now() - began) / 1_000)} s`;
}
