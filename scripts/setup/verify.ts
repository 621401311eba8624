import { createHmac } from 'node:crypto';
import { botFindings } from '../../core/health/bot-check.ts';
import { openQueueInspector } from '../../core/queue/inspect.ts';
import { parseSlackSecret, type SlackSecret } from '../../core/secrets/slack-secret.ts';
import { openSecretStore } from '../../core/secrets/store-secret.ts';
import { botHealthStore } from '../../core/store/bot-health.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { tableFacts } from '../../core/store/inspect.ts';
import { lookAtRole, type RoleLook } from './role.ts';

/** Where a deployed stack is, as its outputs name it. */
export interface LivePlaces {
  readonly requestUrl: string;
  readonly secretId: string;
  readonly table: string;
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
  readonly region: string;
  /** Who pushes, and where; without them nobody looks at its rights. */
  readonly role?: RoleLook;
}

export interface LiveCheck {
  readonly about:
    | 'secret'
    | 'address'
    | 'clock'
    | 'command'
    | 'table'
    | 'bot'
    | 'work queue'
    | 'notify queue'
    | 'role';
  readonly result: 'ok' | 'fail' | 'skip';
  readonly what: string;
  /** What to do, with what fails. */
  readonly fix?: string;
}

const good = (about: LiveCheck['about'], what: string): LiveCheck => ({ about, result: 'ok', what });
const bad = (about: LiveCheck['about'], what: string, fix: string): LiveCheck => ({
  about,
  result: 'fail',
  what,
  fix,
});

/** Everything a deployed stack stands on, as far as one can see from outside with an operator's credentials. */
export async function verifyLive(
  places: LivePlaces,
  { now }: { readonly now: () => number },
): Promise<readonly LiveCheck[]> {
  const { secret, check } = await lookAtSecret(places);
  return [
    check,
    ...(await lookAtEdge(places, { secret, now })),
    ...(await lookAtTable(places, now)),
    ...(await lookAtQueues(places)),
    ...(places.role ? [await roleCheck(places.role)] : []),
  ];
}

async function roleCheck(role: RoleLook): Promise<LiveCheck> {
  const found = await lookAtRole(role);
  if (found.kind === 'unasked') {
    const fix =
      'Your credentials need iam:SimulatePrincipalPolicy for it; npx mirror doctor tries the same by doing.';
    return { about: 'role', result: 'skip', what: `IAM did not say what the worker may: ${found.why}.`, fix };
  }
  if (found.missing.length === 0)
    return good('role', `IAM allows the worker each of the ${found.count} actions that it uses.`);
  const fix = 'Deploy the stack again; else an organization’s policy or a boundary forbids it.';
  return bad('role', `The worker may not ${found.missing.join(', ')}.`, fix);
}

const STORE = 'npm run -s secrets:put -- slack --outputs cdk-outputs.json';

async function lookAtSecret({
  region,
  secretId,
}: LivePlaces): Promise<{ readonly secret: SlackSecret | undefined; readonly check: LiveCheck }> {
  const store = openSecretStore(secretId, { region });
  try {
    const secret = parseSlackSecret(await store.read());
    return secret
      ? { secret, check: good('secret', 'A bot token and a signing secret are stored.') }
      : { secret, check: bad('secret', 'Nobody has stored bot token and signing secret yet.', STORE) };
  } catch (error) {
    const fix = 'Check the account and Region of your AWS credentials, and secretsmanager:GetSecretValue.';
    return { secret: undefined, check: bad('secret', `It cannot be read: ${wordsOf(error)}.`, fix) };
  } finally {
    store.close();
  }
}

/** Slack gives 3 s. */
const SLACK_WAITS_MS = 3_000;
/** What is signed more than five minutes off is refused. */
const SKEW_TOLD_MS = 60_000;

async function lookAtEdge(
  { requestUrl }: LivePlaces,
  { secret, now }: { readonly secret: SlackSecret | undefined; readonly now: () => number },
): Promise<readonly LiveCheck[]> {
  const unsigned = await post(requestUrl, '', {});
  if (typeof unsigned === 'string') {
    const fix =
      'Check the address against the stack’s output SlackRequestUrl, and whether a firewall is in between.';
    return [bad('address', `${requestUrl} does not answer: ${unsigned}.`, fix)];
  }
  const clock = clockCheck(unsigned, now());
  if (unsigned.status === 503)
    return [bad('address', 'It answers that no signing secret is stored.', STORE), ...clock];
  if (unsigned.status !== 401) {
    const fix = 'Whatever is not signed is to be refused with 401: see the log of the bot.';
    return [bad('address', `It answers ${unsigned.status} to a request that is not signed.`, fix), ...clock];
  }
  const edge = [good('address', 'It answers, and refuses what is not signed.'), ...clock];
  return secret ? [...edge, await command(requestUrl, secret, now)] : edge;
}

/** The one command that changes nothing and asks nobody. */
const HELP = {
  command: '/mirror',
  text: 'help',
  team_id: 'T0VERIFY',
  channel_id: 'C0VERIFY',
  channel_name: 'verify',
  user_id: 'U0VERIFY',
  user_name: 'verify',
  api_app_id: 'A0VERIFY',
  is_enterprise_install: 'false',
  trigger_id: '0.0.verify',
  response_url: 'https://hooks.slack.com/commands/verify',
} as const;

async function command(
  requestUrl: string,
  { signingSecret }: SlackSecret,
  now: () => number,
): Promise<LiveCheck> {
  const body = new URLSearchParams(HELP).toString();
  const timestamp = String(Math.floor(now() / 1_000));
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const began = now();
  const answer = await post(requestUrl, body, {
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hash}`,
  });
  const tookMs = now() - began;
  if (typeof answer === 'string') {
    return bad('command', `/mirror help got no answer: ${answer}.`, 'See the log of the bot.');
  }
  if (answer.status === 401) {
    const fix =
      'A secret that was just stored counts within five minutes; then see the clock of this machine.';
    return bad('command', '/mirror help was refused as not signed with the stored secret.', fix);
  }
  if (answer.status !== 200 || !answer.text.includes('/mirror'))
    return bad('command', `/mirror help was answered with ${answer.status}.`, 'See the log of the bot.');
  if (tookMs > SLACK_WAITS_MS) {
    const fix =
      'Run it again: the first call after a deployment loads the code. Then see the duration of the bot.';
    return bad('command', `/mirror help took ${tookMs} ms, and Slack waits for 3 s.`, fix);
  }
  return good('command', `/mirror help was answered in ${tookMs} ms.`);
}

interface Answer {
  readonly status: number;
  /** The header; empty where there is none. */
  readonly date: string;
  readonly text: string;
}

/** Rather a text than an exception: what went wrong on the way, to the last byte. */
async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer | string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      signal: AbortSignal.timeout(10_000),
    });
    const { headers: given, status } = response;
    return { status, date: given.get('date') ?? '', text: await response.text() };
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : wordsOf(error);
  }
}

function clockCheck({ date }: Answer, now: number): readonly LiveCheck[] {
  const at = Date.parse(date);
  if (Number.isNaN(at)) return [];
  const off = Math.round((now - at) / 1_000);
  return Math.abs(off) * 1_000 < SKEW_TOLD_MS
    ? [good('clock', 'This machine and the bot agree on the time.')]
    : [bad('clock', `This machine is ${off} s off the bot’s clock.`, 'Set this machine’s clock by NTP.')];
}

/** The bot looks every ten minutes. */
const OLD_MS = 1_800_000;

async function lookAtTable({ region, table }: LivePlaces, now: () => number): Promise<readonly LiveCheck[]> {
  const dynamo = openDynamo(table, { region, maxAttempts: 2 });
  try {
    const { missingIndexes, status, wrongKeys } = await tableFacts(dynamo);
    if (wrongKeys !== undefined || missingIndexes.length > 0 || status !== 'ACTIVE') {
      const what = `${table} is ${status}, keys ${wrongKeys ?? 'right'}, indexes missing: ${missingIndexes.join(', ') || 'none'}.`;
      return [bad('table', what, 'Deploy the stack again, and wait until it is done.')];
    }
    const check = await botHealthStore(dynamo).get();
    const table_ = good('table', `${table} is there, with its indexes.`);
    if (!check || now() - check.at > OLD_MS) {
      const fix = 'It looks every ten minutes once its secrets are stored: see the log of the notifier.';
      return [table_, bad('bot', 'It has not looked at its standing in Slack lately.', fix)];
    }
    const found = botFindings(check);
    return [
      table_,
      ...found.map(({ fix, what }) => bad('bot', what, fix)),
      ...(found.length === 0
        ? [good('bot', 'It stands well in Slack: scopes, channels, groups, people.')]
        : []),
    ];
  } catch (error) {
    const fix =
      'Check account and Region, and dynamodb:DescribeTable and dynamodb:GetItem of your credentials.';
    return [bad('table', `${table} does not answer: ${wordsOf(error)}.`, fix)];
  } finally {
    dynamo.client.destroy();
  }
}

async function lookAtQueues({
  notifyQueueUrl,
  region,
  workQueueUrl,
}: LivePlaces): Promise<readonly LiveCheck[]> {
  const inspector = openQueueInspector({ region });
  const one = async (about: 'work queue' | 'notify queue', url: string): Promise<LiveCheck> => {
    try {
      const { dead, waiting } = await inspector.facts(url);
      if (!dead) return bad(about, 'It has no dead-letter queue.', 'Deploy the stack again.');
      if (dead.waiting > 0) {
        const fix = 'See docs/operations.md, "The dead-letter queue is not empty".';
        return bad(about, `${dead.waiting} messages are in ${dead.name}.`, fix);
      }
      return good(about, `It answers: ${waiting} waiting, none dead.`);
    } catch (error) {
      const fix = 'Check account and Region, and sqs:GetQueueAttributes of your credentials.';
      return bad(about, `It does not answer: ${wordsOf(error)}.`, fix);
    }
  };
  try {
    return [await one('work queue', workQueueUrl), await one('notify queue', notifyQueueUrl)];
  } finally {
    inspector.close();
  }
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);
