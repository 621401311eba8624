import { request as send } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import { parseConfig } from '../../core/config/parse.ts';
import { openQueueInspector } from '../../core/queue/inspect.ts';
import { DEFAULT_TIMING } from '../../core/request/timing.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { startOneMachine } from '../../local/one-machine.ts';
import { listen, readBody } from '../../local/server.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, startStandIns } from '../../local/stand-ins.ts';
import { person } from '../integration/person.ts';
import { ask, cardOf, eventually, NO_SCAN_TIME, settled, threadOf } from '../integration/stage.ts';

/**
 * What one image costs in requests and units, for docs/cost.md: the main job over the sample nginx (an index of several
 * platforms), with everything between the product and its table and queues counted. `node test/bench/units.ts`
 */
interface Count {
  calls: number;
  units: number;
}

/** Lets everything through and counts it; DynamoDB is asked to say what it would bill. */
async function counting(target: string) {
  const counts = new Map<string, Count>();
  const proxy = await listen(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const isTable = String(request.headers['x-amz-target']).startsWith('DynamoDB');
    const given = await readBody(request);
    const body = isTable
      ? Buffer.from(
          JSON.stringify({ ...JSON.parse(given.toString('utf8')), ReturnConsumedCapacity: 'TOTAL' }),
        )
      : given;
    const headers = { ...request.headers, 'content-length': body.byteLength };
    const forward = send(new URL(request.url ?? '/', target), { method: 'POST', headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      const text = Buffer.concat(chunks);
      const count = counts.get(operation) ?? { calls: 0, units: 0 };
      count.calls += 1;
      if (isTable) count.units += unitsIn(JSON.parse(text.toString('utf8')));
      counts.set(operation, count);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.end(text);
    });
    forward.on('error', () => response.destroy());
    forward.end(body);
  });
  return { url: proxy.origin, counts, close: proxy.close };
}

function unitsIn(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null || !('ConsumedCapacity' in answer)) return 0;
  const list = [answer.ConsumedCapacity].flat();
  return list.reduce<number>(
    (sum, each) =>
      sum +
      (typeof each === 'object' && each !== null && 'CapacityUnits' in each ? Number(each.CapacityUnits) : 0),
    0,
  );
}

const standIns = await startStandIns({ page: false, ecr: { scan: NO_SCAN_TIME } });
const { queues, slack } = standIns;
const table = await counting(standIns.dynamoDbUrl);
const sqsCount = await counting(standIns.sqsUrl);
const parsed = parseConfig(standIns.configText);
if (!parsed.ok) throw new Error('the configuration of the laptop is valid');
const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
const through = (url: string): string => url.replace(standIns.sqsUrl, sqsCount.url);
const sqs = new SQSClient({ ...aws, endpoint: sqsCount.url });
// The lengths of the product, not those of the laptop: each beat and tick is a request.
const { timing: _, ...limits } = parsed.config.limits;
const timing = { ...DEFAULT_TIMING, scanFirstLookMs: 500 };
const machine = await startOneMachine({
  config: { ...parsed.config, limits: { ...limits, timing } },
  configHash: parsed.hash,
  slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
  table: standIns.table,
  dynamo: { ...aws, endpoint: table.url },
  sqs,
  workQueueUrl: through(queues.work),
  notifyQueueUrl: through(queues.notify),
  credentials: LOCAL_CREDENTIALS,
  log: () => {},
});
await slack.connected();
// Not through the counters: what is looked at here is nothing that the product costs.
const dynamo = openDynamo(standIns.table, { ...aws, endpoint: standIns.dynamoDbUrl });
const requests = requestStore(dynamo);
const inspector = openQueueInspector({ ...aws, endpoint: standIns.sqsUrl });
const alice = person(slack, slack.people.requester);
const bob = person(slack, slack.people.approver);

/** All is done and said: nothing is due, and no doorbell waits or is being answered. */
async function quiet(id: string): Promise<void> {
  await settled({ requests }, id);
  await eventually(async () => {
    const facts = await Promise.all([queues.work, queues.notify].map((url) => inspector.facts(url)));
    return facts.every(({ inFlight, waiting }) => inFlight + waiting === 0) || undefined;
  });
}

async function mirror(text: string): Promise<void> {
  table.counts.clear();
  sqsCount.counts.clear();
  const calls = slack.calls.length;
  const id = await ask({ alice, slack }, text);
  await bob.click(await cardOf({ slack }, id, 'waiting for'), 'approve');
  await threadOf({ slack }, id, 'Scan of');
  await quiet(id);
  console.log(`\n${text}`);
  const reads = ['GetItem', 'BatchGetItem', 'Query'];
  let rru = 0;
  let wru = 0;
  for (const [operation, { calls: times, units }] of [...table.counts].toSorted()) {
    console.log(`  ${operation}: ${times} calls, ${units} units`);
    if (reads.includes(operation)) rru += units;
    else wru += units;
  }
  const sent = sqsCount.counts.get('SendMessage')?.calls ?? 0;
  const slackCalls = slack.calls.length - calls;
  console.log(`  read units ${rru}, write units ${wru}, doorbells ${sent}, calls of Slack ${slackCalls}`);
}

await mirror('/mirror nginx:1.21-alpine base-images/nginx');
await mirror('/mirror redis:6.2-alpine base-images/redis');
await machine.stop();
sqs.destroy();
inspector.close();
dynamo.client.destroy();
await Promise.all([table.close(), sqsCount.close()]);
await standIns.close();
