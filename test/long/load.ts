import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { people as seeded } from '../../local/slack/workspace/seeds.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-ins.ts';
import { spawnProduct } from '../integration/apart.ts';
import { crowd } from './crowd.ts';
import { openTable } from './open-table.ts';
import type { Servers } from './servers.ts';

/**
 * npm run load -- --rate 200 --seconds 60: so many commands a second from 200 people, each for a target of its own, while
 * copies run; then fifty clicks at once on each of 200 requests. Three processes: who asks, the product, and all the
 * servers it talks to.
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    storm: { type: 'string', default: '200' },
    clicks: { type: 'string', default: '50' },
    copies: { type: 'string', default: '100' },
  },
});
const rate = Number(values.rate);
const total = rate * Number(values.seconds);
const { channels, people } = crowd({ people: 200, channels: 20 });
const [approver, approver2] = seeded.filter(({ role }) => role === 'approver').map(({ id }) => id);
if (approver === undefined || approver2 === undefined) throw new Error('the workspace has two approvers');

const serving = spawn(process.execPath, ['test/long/servers.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
const servers = await new Promise<Servers>((resolve) =>
  createInterface({ input: serving.stdout }).once('line', (line) => resolve(JSON.parse(line))),
);
const product = await spawnProduct(
  { ...servers, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS },
  process.cwd(),
  true,
);
const table = openTable(servers);
const agent = new Agent({ connections: 512 });

interface Acked {
  readonly ms: number;
  readonly ok: boolean;
}
async function post(path: string, body: object): Promise<Acked> {
  const began = performance.now();
  const answer = await request(new URL(`_local/${path}`, servers.slack.url), {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { ok } = (await answer.body.json()) as { readonly ok: boolean };
  return { ms: performance.now() - began, ok };
}

const ask = (n: number, name = 'load'): Promise<Acked> =>
  post('command', {
    user: people[n % people.length]?.id,
    channel: channels[n % channels.length]?.id,
    text: `/mirror redis:6.2 base-images/${name}-${n}`,
  });
// Some requests first, so that there is something to copy while the others come.
const warm = Number(values.copies);
for (let n = 0; n < warm; n += 1) {
  // A command before the product is connected is for nobody.
  while (!(await ask(n, 'warm')).ok) await sleep(500);
}
const withCard = (items: readonly RequestItem[]) => items.filter(({ notifier }) => notifier.card);
let warmed: readonly RequestItem[] = [];
while (warmed.length < warm) {
  await sleep(1_000);
  warmed = withCard(await table.all()).filter(({ state }) => state === 'pending');
}

let commanding = true;
const copying = (async () => {
  const pause = (Number(values.seconds) * 1_000) / warm;
  let clicked = 0;
  for (const { notifier } of warmed) {
    if (!commanding || !notifier.card) break;
    await post('click', { user: approver, ...notifier.card, action_id: 'approve' });
    clicked += 1;
    await sleep(pause);
  }
  return clicked;
})();

const cpuBefore = cpuOf();
const began = performance.now();
const acks: Promise<Acked>[] = [];
for (let n = 0; n < total; n += 1) {
  const at = began + (n * 1_000) / rate;
  const early = at - performance.now();
  if (early > 1) await sleep(early);
  acks.push(ask(n));
}
const sentInMs = performance.now() - began;
const acked = await Promise.all(acks);
const ackedInMs = performance.now() - began;
const loadWhile = loadavg();
const cpuAfter = cpuOf();
const whileRunning = await table.all();
commanding = false;
const approvedMeanwhile = await copying;
const times = acked.map(({ ms }) => ms).toSorted((a, b) => a - b);
const at = (share: number): number =>
  Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
console.error(`acknowledged; p99 ${at(0.99)} ms`);

let items: readonly RequestItem[] = [];
const deadline = performance.now() + 20 * 60_000;
for (;;) {
  items = await table.all();
  const looking = items.filter(({ state }) => state === 'resolving').length;
  console.error(`${items.length} requests, ${looking} are looked up`);
  // Enough for the storm; the look-ups of a minute's commands take longer than that.
  const waiting = withCard(items).filter(({ state }) => state === 'pending').length;
  if (looking === 0 || waiting >= Number(values.storm) || performance.now() > deadline) break;
  await sleep(15_000);
}
const asked = new Set(
  items.flatMap(({ entries }) => Object.values(entries).map(({ target }): string => target.repository)),
);
const lost = acked.filter(({ ok }, n) => ok && !asked.has(`base-images/load-${n}`)).length;

// ---- the storm
const pending = items
  .filter(({ notifier, state }) => state === 'pending' && notifier.card)
  .slice(0, Number(values.storm));
const stormBegan = performance.now();
const clicks: Acked[] = [];
/** Requests of which all clicks were answered "not sure", or not in time: somebody clicks once more, as Slack says. */
let again = 0;
const isDecided = async (id: string): Promise<boolean> =>
  (await table.get(id))?.events.some(({ type }) => type === 'approved') === true;
for (const { id, notifier } of pending) {
  const { card } = notifier;
  if (!card) continue;
  const storm = Array.from({ length: Number(values.clicks) }, (_, n) =>
    post('click', {
      user: n % 2 ? approver : approver2,
      channel: card.channel,
      ts: card.ts,
      action_id: 'approve',
    }),
  );
  clicks.push(...(await Promise.all(storm)));
  if (await isDecided(id)) continue;
  again += 1;
  await post('click', { user: approver, ...card, action_id: 'approve' });
}
const stormMs = performance.now() - stormBegan;
const after = new Map((await table.all()).map((item) => [item.id, item]));
const decisions = pending.map(
  ({ id }) => after.get(id)?.events.filter(({ type }) => type === 'approved').length ?? 0,
);
const clickTimes = clicks.map(({ ms }) => ms).toSorted((a, b) => a - b);

const figures = {
  commands: total,
  ratePerSecond: rate,
  sentInSeconds: Math.round(sentInMs / 100) / 10,
  ackedInSeconds: Math.round(ackedInMs / 100) / 10,
  ackMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: Math.round(times.at(-1) ?? 0) },
  notAcknowledged: acked.filter(({ ok }) => !ok).length,
  acknowledgedAndLost: lost,
  stored: [...asked].filter((name) => name.startsWith('base-images/load-')).length,
  cpuSeconds: {
    product: Math.round(cpuAfter.product - cpuBefore.product),
    servers: Math.round(cpuAfter.servers - cpuBefore.servers),
  },
  approvedMeanwhile,
  copiedMeanwhile: whileRunning.filter((item) => imagesOf(item).some(([, { state }]) => state === 'copied'))
    .length,
  storm: {
    requests: pending.length,
    clicksEach: Number(values.clicks),
    decisions: decisions.reduce((sum, n) => sum + n, 0),
    clickedAgain: again,
    clicksNotAnswered: clicks.filter(({ ok }) => !ok).length,
    notOnce: decisions.filter((n) => n !== 1).length,
    seconds: Math.round(stormMs / 100) / 10,
    clickMsP99: Math.round(clickTimes[Math.floor(clickTimes.length * 0.99)] ?? 0),
  },
  loadAverage: loadWhile.map((load) => Math.round(load * 10) / 10),
};
console.log(JSON.stringify(figures));
product.kill('SIGKILL');
// Nothing of it is kept, and its connections would be waited for.
serving.kill('SIGKILL');
table.close();
await agent.close();
const { storm } = figures;
process.exitCode = lost + figures.notAcknowledged + storm.notOnce > 0 || storm.requests === 0 ? 1 : 0;

/** What the two have had of the processors so far, in seconds: who had most is the limit. */
function cpuOf(): { readonly product: number; readonly servers: number } {
  const of = (pid: number | undefined): number => {
    const [, , ...ticks] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(ticks[9]) + Number(ticks[10])) / 100;
  };
  return { product: of(product.process.pid), servers: of(serving.pid) };
}
