import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LogLevel, WebClient } from '@slack/web-api';
import type { NotifierDeps } from '../../bot/notifier/deps.ts';
import { notify } from '../../bot/notifier/notify.ts';
import { placer } from '../../bot/notifier/place.ts';
import { slackClient, webClientOptions } from '../../bot/slack/client.ts';
import { due } from '../../core/request/due.ts';
import { ID_MIN_LETTERS, requestId, triggerHash } from '../../core/request/id.ts';
import type { Image } from '../../core/request/image.ts';
import type { Input } from '../../core/request/input.ts';
import { newRequest } from '../../core/request/new-request.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../core/request/timing.ts';
import { type ChangeRequest, changer } from '../../core/store/change.ts';
import { type Dynamo, openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import type { RequestStore } from '../../core/store/store.ts';
import { ensureTable } from '../../local/dynamodb.ts';
import type { Faults } from '../../local/faults.ts';
import type { Transcript, TranscriptMessage } from '../../local/slack/local-api.ts';
import { localClient } from '../../local/slack/local-client.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '../../local/slack/start.ts';
import { quiet } from '../integration/quiet.ts';
import { startFaultyDynamoDb } from './faulty-dynamodb.ts';
import { sampleEntry, sampleImage, sampleResult, START, WORKSPACE } from './sample.ts';

export const TIMING = DEFAULT_TIMING;
const AWS = { region: 'eu-central-1', credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'x' } };

/** One request's story with the real store and the real Slack client, on a clock that is moved by hand. */
export interface Stage {
  readonly slack: SlackStandIn;
  readonly requests: RequestStore;
  readonly dynamo: Dynamo;
  readonly database: Faults;
  readonly deps: NotifierDeps;
  readonly decide: ChangeRequest;
  readonly id: string;
  /** Doorbells of the notify queue: how long each was to wait. */
  readonly rings: readonly number[];
  now(): number;
  pass(ms: number): void;
  /** One look; afterwards the stored dueAt must lead the tick back in time. */
  notify(over?: Partial<NotifierDeps>): Promise<void>;
  /** A look that may be cut off in the middle. */
  tryNotify(over?: Partial<NotifierDeps>): Promise<void>;
  item(): Promise<RequestItem>;
  change(...inputs: readonly Input[]): Promise<void>;
  /** Offered, waiting for approval. */
  offer(over?: Partial<Image>): Promise<void>;
  approve(): Promise<void>;
  /** Approved, copied, findings there: everything is to be told. */
  finish(): Promise<void>;
  transcript(channel?: string, user?: string): Promise<Transcript>;
  /** The bot's messages in a channel. */
  cards(channel?: string): Promise<readonly TranscriptMessage[]>;
  /** The direct messages of a person with the bot. */
  directs(user?: string): Promise<readonly TranscriptMessage[]>;
}

export interface StageOptions extends SlackOptions {
  /** Where the command was typed. */
  readonly channel?: string;
}

let stages = 0;

export async function onStage(options: StageOptions, scene: (stage: Stage) => Promise<void>): Promise<void> {
  let at = START;
  const now = () => at;
  const slack = await startSlack({ now, rateLimits: 'off', ...options });
  const dynamoDb = await startFaultyDynamoDb();
  const plain = new DynamoDBClient({ ...AWS, endpoint: dynamoDb.endpoint });
  const dynamo = openDynamo('mirror', { ...AWS, endpoint: dynamoDb.endpoint, maxAttempts: 1 });
  try {
    await ensureTable(plain, 'mirror');
    const requests = requestStore(dynamo);
    const rings: number[] = [];
    const client = new WebClient(slack.botToken, {
      ...webClientOptions(slack.apiUrl, TIMING.postTimeoutMs),
      logger: silent,
    });
    const port = slackClient(client);
    const deps: NotifierDeps = {
      requests,
      slack: port,
      ring: async (_id, delayMs = 0) => {
        rings.push(delayMs);
      },
      timing: TIMING,
      now,
      random: Math.random,
      log: quiet,
      placeOf: placer(port, slack.channels.mirror),
    };
    stages += 1;
    const hash = triggerHash(`stage ${stages}`);
    const id = requestId(hash, ID_MIN_LETTERS);
    const people = localClient(slack.url);
    const change = changer({ requests, timing: TIMING, now, random: Math.random, sleep: async () => {} });
    const item = async () => {
      const found = await requests.get(id);
      if (!found) throw new Error('no item');
      return found;
    };
    const put = async () => {
      if (await requests.get(id)) return;
      const channel = options.channel ?? slack.channels.mirror;
      const given = {
        id,
        hash,
        workspace: WORKSPACE,
        requester: slack.people.requester,
        channel,
        team: 'default',
      };
      await requests.put(newRequest({ ...given, entries: { '1': sampleEntry() }, now: at, timing: TIMING }));
    };
    const stage: Stage = {
      slack,
      requests,
      dynamo,
      database: dynamoDb.faults,
      deps,
      decide: change,
      id,
      rings,
      now,
      pass: (ms) => {
        at += ms;
      },
      tryNotify: async (over = {}) => {
        await notify({ ...deps, ...over }, id).catch(() => {});
      },
      notify: async (over = {}) => {
        await notify({ ...deps, ...over }, id);
        expectFound(await item(), at);
      },
      item,
      change: async (...inputs) => {
        await put();
        for (const input of inputs) {
          const changed = await change({ id, deadline: at + 5_000, input: () => input });
          if (changed.kind !== 'changed') throw new Error(`${input.kind}: ${changed.kind}`);
        }
      },
      offer: async (over = {}) => {
        await stage.change({ kind: 'claimResolve', owner: 'resolver' }, resolved(over));
      },
      approve: async () => {
        const groups = { '1': { id: slack.userGroups.platformApprovers } };
        const by = slack.people.approver;
        await stage.change({ kind: 'approve', by, images: ['1'], configHash: 'c0ffee123456', groups });
      },
      finish: async () => {
        await stage.approve();
        await stage.change({ kind: 'claim', image: '1', owner: 'w' });
        const held = { image: '1', owner: 'w', fence: 1 };
        await stage.change(
          { kind: 'tagging', ...held },
          { kind: 'copied', ...held, result: sampleResult, repositoryUri: 'ecr.example/base-images/nginx' },
          { kind: 'scanned', scans: { '1': { as: 'unavailable', why: 'nothing to scan' } } },
        );
      },
      transcript: (channel = slack.channels.mirror, user) => people.transcript(channel, user),
      cards: async (channel) =>
        (await stage.transcript(channel)).messages.filter(({ user }) => user === slack.botUser),
      directs: async (user = slack.people.requester) => {
        const known = (await people.state(user)).channels.find(({ is_im }) => is_im);
        return known ? (await stage.transcript(known.id, user)).messages : [];
      },
    };
    await scene(stage);
  } finally {
    plain.destroy();
    dynamo.client.destroy();
    await dynamoDb.close();
    await slack.close();
  }
}

/** A request with something left to do is found by the tick no later than it is due. */
function expectFound(item: RequestItem, now: number): void {
  const wanted = due(item, TIMING);
  if (wanted === undefined) return;
  if (item.dueAt === undefined) throw new Error(`never found again, due at ${wanted - START}`);
  if (item.dueAt > Math.max(wanted, now)) {
    throw new Error(`found at ${item.dueAt - START}, due at ${wanted - START}`);
  }
}

function resolved(over: Partial<Image>): Input {
  const { sourceDigest, targetDigest, facts, plan, rule, expiresAt, ...image } = sampleImage(over);
  const { before, flags, reminders, teamPlatforms } = image;
  if (!sourceDigest || !targetDigest || !facts || !plan || !rule || !expiresAt) throw new Error('sample');
  const more = {
    ...(before && { before }),
    ...(flags && { flags }),
    ...(reminders && { reminders }),
    ...(teamPlatforms && { teamPlatforms }),
  };
  const known = { sourceDigest, targetDigest, facts, plan, rule, expiresAt, ...more };
  return { kind: 'resolved', owner: 'resolver', fence: 1, outcomes: { '1': { kind: 'offer', ...known } } };
}

/** The client would print each refusal that a test is about. */
export const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};
