import { setTimeout } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Timing } from '../../core/request/timing.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import type { RequestStore } from '../../core/store/store.ts';
import type { ScanScript } from '../../local/ecr/scan/default-script.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { LOCAL_REGION, type Local, type LocalOptions, startLocal } from '../../local/start.ts';
import type { OpenView } from '../../local/slack/local-api.ts';
import type { SlackStandIn } from '../../local/slack/start.ts';
import type { Upstream } from '../../local/upstream/start.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { cards, type Person, person, seen, textOf, theWhisper } from './person.ts';
import { quiet } from './quiet.ts';

/** A line that was said again keeps its request open until its twin was looked for twice: half an hour else. */
export const SOON_TWINS = { twinFirstLookMs: 500, twinLastLookMs: 500 };

/** Everything a second long is a fraction of one: a test waits for facts, and the protocol's lengths are in the way. */
export const FAST: Partial<Timing> = {
  leaseMs: 4_000,
  heartbeatMs: 500,
  ringAfterMs: 300,
  rungBackoffMs: 300,
  rungBackoffMaxMs: 1_000,
  sayAfterMs: 200,
  // What a busy machine does to a copy is not told.
  tellCopyDelayMs: 60_000,
  postTimeoutMs: 2_000,
  postDeadlineMs: 2_500,
  graceMs: 300,
  editEveryMs: 200,
  ...SOON_TWINS,
  putTimeoutMs: 700,
  scanFirstLookMs: 100,
  scanLookMaxMs: 300,
  tickMs: 100,
};

const AWS = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' },
};

/** The whole product over small images, and the people around it. */
export interface Stage {
  readonly local: Local;
  readonly slack: SlackStandIn;
  readonly hub: Upstream;
  readonly alice: Person;
  readonly bob: Person;
  readonly carol: Person;
  readonly dave: Person;
  readonly requests: RequestStore;
  readonly sqs: SQSClient;
  close(): Promise<void>;
}

export interface StageOptions extends Partial<LocalOptions> {
  readonly timing?: Partial<Timing>;
}

export async function startStage({ timing, configure, ...options }: StageOptions = {}): Promise<Stage> {
  const local = await startLocal({
    page: false,
    log: quiet,
    hub: { images: smallImages },
    ...options,
    // Slack waits for three seconds; a machine that is busy with other tests is not what these stories are about.
    slack: { ackDeadlineMs: 20_000, ...options.slack },
    ecr: { scan: NO_SCAN_TIME, ...options.ecr },
    configure: (config) => {
      // One person asks for everything here.
      const limits = {
        ...config.limits,
        resolvesPerHour: 1_000,
        // The stand-in's own limits are what counts here.
        slackShare: 1_000,
        timing: { ...FAST, ...timing },
      };
      const fast = { ...config, limits };
      return configure ? configure(fast) : fast;
    },
  });
  const { slack } = local;
  const { requester, approver, approver2, outsider } = slack.people;
  const dynamo = openDynamo(local.table, { ...AWS, endpoint: local.dynamoDbUrl });
  const sqs = new SQSClient({ ...AWS, endpoint: new URL(local.queues.work).origin });
  return {
    local,
    slack,
    get hub() {
      if (!local.upstream) throw new Error('this stage has no sample Hub');
      return local.upstream;
    },
    alice: person(slack, requester),
    bob: person(slack, approver),
    carol: person(slack, approver2),
    dave: person(slack, outsider),
    requests: requestStore(dynamo),
    sqs,
    close: async () => {
      sqs.destroy();
      dynamo.client.destroy();
      await local.close();
    },
  };
}
/** Scans that are done at once and find nothing. */
export const NO_SCAN_TIME: ScanScript = () => ({
  pendingAfterMs: 0,
  runningAfterMs: 0,
  doneAfterMs: 0,
  result: { kind: 'basic', findings: [] },
});

/** Alice asks; resolves with the request's id. */
export async function ask({ alice, slack }: Pick<Stage, 'alice' | 'slack'>, text: string): Promise<string> {
  const before = (await alice.whispers()).length;
  await alice.command(text);
  const said = await seen(slack, async () => (await alice.whispers())[before]);
  const id = /\((M-[0-9A-Z]+)\)/.exec(said)?.[1];
  if (id === undefined) throw new Error(`no request: ${said}`);
  return id;
}

export type Card = Awaited<ReturnType<typeof cards>>[number];

/** The card of a request once the fact is there. */
export const cardOf = (stage: Pick<Stage, 'slack'>, id: string, says: string | RegExp): Promise<Card> =>
  seen(stage.slack, async () => {
    const mine = await findCard(stage, id);
    return mine && matches(textOf(mine), says) ? mine : undefined;
  });

/** The card of a request once its thread says this. */
export const threadOf = (stage: Pick<Stage, 'slack'>, id: string, says: string | RegExp): Promise<Card> =>
  seen(stage.slack, async () => {
    const mine = await findCard(stage, id);
    return mine?.replies.some((reply) => matches(textOf(reply), says)) ? mine : undefined;
  });

/**
 * Somebody approves what waits (Bob, where nobody else is named), for stories that only want the approval: clicks again,
 * as people do, where the answer is "not sure". On a busy machine Slack may not tell in time who may decide.
 */
export async function approve(
  stage: Pick<Stage, 'bob' | 'requests' | 'slack'>,
  id: string,
  who = stage.bob,
): Promise<void> {
  const card = await cardOf(stage, id, 'waiting for');
  const approvals = async (): Promise<number> =>
    (await itemOf(stage, id)).events.filter(({ type }) => type === 'approved').length;
  const before = await approvals();
  do await who.click(card, 'approve');
  while ((await approvals()) === before);
}

/** Clicks until the dialog is there: on a busy machine a trigger's three seconds may be over before it opens. */
export async function dialog(
  { slack }: Pick<Stage, 'slack'>,
  who: Person,
  card: Card,
  action: string,
): Promise<OpenView> {
  for (;;) {
    const heard = (await who.whispers()).length;
    await who.click(card, action);
    const opened = await seen(slack, async () => {
      const late = (await who.whispers()).length > heard ? 'late' : undefined;
      return (await who.views()).at(-1) ?? late;
    });
    if (opened !== 'late') return opened;
  }
}

/** What the requester is told privately instead of a card. */
export const told = ({ alice, slack }: Stage, says: string): Promise<string> =>
  theWhisper(slack, alice, says);

export async function itemOf({ requests }: Pick<Stage, 'requests'>, id: string): Promise<RequestItem> {
  const item = await requests.get(id);
  if (!item) throw new Error(`there is no request ${id}`);
  return item;
}

/** The request once all is done and said: nobody is to look at it any more. */
export const settled = (stage: Pick<Stage, 'requests'>, id: string): Promise<RequestItem> =>
  eventually(async () => {
    const item = await itemOf(stage, id);
    const over = item.state === 'finished' || item.state === 'refused';
    return over && item.dueAt === undefined ? item : undefined;
  });

/** Between two looks: who looks without a pause takes the processor from what is looked at. */
const LOOK_EVERY_MS = 10;

/** Looks until the fact is there: for what no event tells of. */
export async function eventually<T>(fact: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const value = await fact();
    if (value !== undefined) return value;
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** Cards carry their request's id from the first version to the last. */
async function findCard({ slack }: Pick<Stage, 'slack'>, id: string): Promise<Card | undefined> {
  return (await cards(slack)).find((message) =>
    `${message.text}\n${textOf(message)}\n${JSON.stringify(message.blocks)}`.includes(id),
  );
}

const matches = (text: string, says: string | RegExp): boolean =>
  typeof says === 'string' ? text.includes(says) : says.test(text);
