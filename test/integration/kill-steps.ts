import type { IncomingMessage } from 'node:http';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { SampleImage } from '../../local/upstream/sample.ts';
import { smallIndex } from '../local/upstream/small-images.ts';
import { type Apart, type Product, startApart, TRIES } from './apart.ts';
import type { Passing } from './door.ts';
import { keep } from './kept.ts';
import { cards, repliesOf, textOf } from './person.ts';
import { approve, cardOf, eventually, settled, threadOf } from './stage.ts';

/** Where a process is when it dies; each is another request of the same process. */
export const STEPS = [
  'while looking up',
  'before the claim',
  'after the claim',
  'in the middle of a blob',
  'after the blobs',
  'after the child manifests',
  'after the tag',
  'after copied is written',
  'after a line is posted',
  'before the doorbell is deleted',
  'before the request is stored',
  'before the command is acknowledged',
  'before the approval is rung for',
  'before the approval is acknowledged',
] as const;
export type Step = (typeof STEPS)[number];

/** What is there once the next process has done its work. */
export interface After {
  readonly item: RequestItem | undefined;
  /** The replies of each card that was posted for this request. */
  readonly threads: readonly (readonly string[])[];
  readonly holds: string | undefined;
  /** Uploads that ECR took to their end, for this request's repository. */
  readonly blobs: number;
  readonly tagPuts: number;
}
export interface Poison {
  readonly failed: RequestItem;
  readonly line: string;
  readonly retried: RequestItem;
}
export interface Round {
  readonly after: ReadonlyMap<Step, After>;
  readonly poison: Poison;
  /** From the start of the second process to the end of the last request. */
  readonly recoveredInMs: number;
}

const TAG = '1.21-alpine';
/**
 * An image of its own for each step: whatever is kept back keeps back everybody who sends the same blob or manifest.
 * An index of two platforms and an attestation.
 */
const imageOf = (name: string): SampleImage => ({
  ...smallIndex(name),
  repository: `library/${name}`,
  tags: [TAG],
});

/**
 * One process with a request at each step; then kill -9, and another process. Beside them an image that kills whoever
 * copies it: the second process dies of it too, and the third one tells.
 */
export async function killAtEachStep(realLengths: boolean): Promise<Round> {
  const stage = await startApart({
    realLengths,
    hub: { images: [...STEPS.map(folder), 'poison'].map(imageOf) },
  });
  try {
    const first = await stage.start();
    const { alice, bob, standIns } = stage;
    const { registry } = standIns.ecr.faults;
    let death = keep(registry, uploadOf('poison'));
    const { ids, letEverythingGo } = await bringToSteps(stage, first);
    const poison = ids.get('poison') ?? '';
    await death.comes;
    await die(first);
    letEverythingGo();
    death.letGo();

    death = keep(registry, uploadOf('poison'));
    const began = Date.now();
    const second = await stage.start();
    const asked = STEPS.filter((step) => step !== 'before the request is stored');
    for (const step of asked) {
      const id = ids.get(step) ?? '';
      if (WAITS_FOR_PEOPLE.has(step)) {
        await cardOf(stage, id, 'waiting for');
        // Whoever was not answered asks again, and joins.
        if (step === 'before the command is acknowledged') await alice.command(command(step));
        await approve(stage, id);
      }
      await threadOf(stage, id, 'Scan of');
      await settled(stage, id);
    }
    const recoveredInMs = Date.now() - began;
    await death.comes;
    const after = new Map<Step, After>();
    for (const step of STEPS) after.set(step, await lookAt(stage, step, ids.get(step)));
    await die(second);
    death.letGo();
    for (let tries = 3; tries <= TRIES; tries += 1) {
      death = keep(registry, uploadOf('poison'));
      const next = await stage.start();
      // A lease that a busy machine did not keep was a try too: then there may be none left.
      await Promise.race([death.comes, hasFailed(stage, poison)]);
      await die(next);
      death.letGo();
    }

    await stage.start();
    const card = await threadOf(stage, poison, 'stopped in the middle');
    const line = repliesOf(card).find((text) => text.includes('stopped in the middle')) ?? '';
    const failed = await settled(stage, poison);
    await bob.click({ ts: card.replies.at(-1)?.ts ?? card.ts }, 'retry');
    await threadOf(stage, poison, 'Scan of');
    const retried = await settled(stage, poison);
    return { after, poison: { failed, line, retried }, recoveredInMs };
  } finally {
    await stage.close();
  }
}

const WAITS_FOR_PEOPLE: ReadonlySet<Step> = new Set([
  'while looking up',
  'before the command is acknowledged',
]);

async function die({ ended, kill }: Product): Promise<void> {
  kill('SIGKILL');
  await ended;
}

const hasFailed = ({ requests }: Apart, id: string): Promise<true> =>
  eventually(async () => onlyImage(await requests.get(id))?.state === 'failed' || undefined);

interface AtSteps {
  readonly ids: ReadonlyMap<Step | 'poison', string>;
  /** Once the process is dead. */
  readonly letEverythingGo: () => void;
}

/** Asks for one image a step, and lets each request go as far as its step. */
async function bringToSteps(stage: Apart, product: Product): Promise<AtSteps> {
  const { alice, bob, standIns } = stage;
  const { queue, slack, store } = product.doors;
  const { registry } = standIns.ecr.faults;
  const ids = new Map<Step | 'poison', string>();
  const idOf = (step: Step | 'poison'): string => ids.get(step) ?? '';
  const ofPeople = STEPS.filter((step) => !WITHOUT_CARD.has(step));
  // On a busy machine the answer may come too late to be shown: the table knows.
  const asked = async (name: Step | 'poison'): Promise<void> => {
    const repository = name === 'poison' ? name : folder(name);
    await alice.command(name === 'poison' ? `/mirror poison:${TAG} base-images/poison` : command(name));
    ids.set(name, await eventually(() => idIn(product, repository)));
  };
  for (const step of ofPeople) await asked(step);
  await asked('poison');
  for (const [, id] of ids) await cardOf(stage, id, 'waiting for');
  // The worker's steps: each keeps one of its places.
  const writes = (step: Step, text: string) => (passing: Passing) =>
    passing.operation === 'UpdateItem' && about(passing, idOf(step)) && passing.body.includes(text);
  // A tag's PUT is not waited for long, so it is let go at the last moment.
  const beforeTag = TAG_STEPS.map((step) => keep(registry, manifestOf(folder(step))));
  const atWork = [
    keep(registry, uploadOf(folder('in the middle of a blob'))),
    keep(registry, manifestOf(folder('after the blobs'))),
  ];
  const kept = [
    store.hold('before', writes('before the claim', '"copying"')).reached,
    store.hold('after', writes('after the claim', '"copying"')).reached,
    ...atWork.map(({ comes }) => comes),
    ...beforeTag.map(({ comes }) => comes),
    store.hold('after', writes('after copied is written', '"copied"')).reached,
  ];
  for (const step of WORKER_STEPS) await approve(stage, idOf(step));
  await approve(stage, idOf('poison'));
  await Promise.all(kept);
  const looking = store.hold(
    'before',
    ({ body, operation }) =>
      operation === 'UpdateItem' &&
      body.includes('"offered"') &&
      body.includes(`"base-images/${folder('while looking up')}"`),
  );
  await asked('while looking up');
  await looking.reached;

  // The bot's: their people are never answered, so nobody waits for that.
  const unanswered = (deed: Promise<unknown>): void => void deed.catch(() => {});
  const puts = (step: Step) => (passing: Passing) =>
    passing.operation === 'PutItem' && passing.body.includes(`"base-images/${folder(step)}"`);
  const unstored = store.hold('before', puts('before the request is stored'));
  unanswered(alice.command(command('before the request is stored')));
  await unstored.reached;
  const unacknowledged = store.hold('after', puts('before the command is acknowledged'));
  unanswered(alice.command(command('before the command is acknowledged')));
  ids.set('before the command is acknowledged', idOfPut(await unacknowledged.reached));

  // The notifier's: both of its places, so from here on nothing is told.
  const lineOf = (step: Step): string => `"${idOf(step)}#1#0"`;
  const posted = slack.hold('after', ({ body }) => body.includes(lineOf('after a line is posted')));
  await approve(stage, idOf('after a line is posted'));
  await posted.reached;
  const undeleted = queue.hold('before', ({ body, operation, path }) => {
    if (operation !== 'DeleteMessage' || !`${path} ${body}`.includes('notify')) return false;
    const receipt = /"ReceiptHandle":"([^"]+)"/.exec(body)?.[1] ?? '';
    const mine = product.requestOf(receipt) === idOf('before the doorbell is deleted');
    return mine && slack.passed.some((call) => call.body.includes(lineOf('before the doorbell is deleted')));
  });
  await approve(stage, idOf('before the doorbell is deleted'));
  await undeleted.reached;

  const cardsThere = new Map<Step, { readonly ts: string }>();
  for (const step of LAST_CLICKS) cardsThere.set(step, await cardOf(stage, idOf(step), 'waiting for'));
  const click = (step: Step): void => {
    const card = cardsThere.get(step);
    if (card) unanswered(bob.click(card, 'approve'));
  };
  const atTag = [
    keep(registry, manifestOf(folder('after the child manifests'), TAG)),
    keep(registry, manifestOf(folder('after the tag'), TAG), 'hold'),
  ];
  for (const { letGo } of beforeTag) letGo();
  const unrung = store.hold('after', writes('before the approval is rung for', '"approved"'));
  click('before the approval is rung for');
  await unrung.reached;
  const rung = queue.hold(
    'after',
    (passing) =>
      passing.operation === 'SendMessage' && about(passing, idOf('before the approval is acknowledged')),
  );
  click('before the approval is acknowledged');
  await Promise.all([rung.reached, ...atTag.map(({ comes }) => comes)]);
  const letEverythingGo = (): void => {
    for (const { letGo } of [...atWork, ...atTag]) letGo();
  };
  return { ids, letEverythingGo };
}

const WORKER_STEPS = STEPS.slice(1, 8);
const TAG_STEPS = ['after the child manifests', 'after the tag'] as const;
const LAST_CLICKS = STEPS.slice(12);
/** They are asked for when their moment comes. */
const WITHOUT_CARD: ReadonlySet<Step> = new Set([
  'while looking up',
  'before the request is stored',
  'before the command is acknowledged',
]);

const folder = (step: Step): string => step.replaceAll(' ', '-');
const command = (step: Step): string => `/mirror ${folder(step)}:${TAG} base-images/${folder(step)}`;
const about = ({ body }: Passing, id: string): boolean => id !== '' && body.includes(id);
const idOfPut = ({ body }: Passing): string => /"id":\{"S":"(M-[0-9A-Z]+)"\}/.exec(body)?.[1] ?? '';

const idIn = (product: Product, repository: string): string | undefined => {
  const put = product.doors.store.passed.find(
    ({ body, operation }) => operation === 'PutItem' && body.includes(`"base-images/${repository}"`),
  );
  return put && idOfPut(put);
};

const uploadOf =
  (repository: string) =>
  ({ method = '', url = '' }: IncomingMessage): boolean =>
    ['PUT', 'PATCH'].includes(method) && url.startsWith(`/v2/base-images/${repository}/blobs/uploads/`);

const manifestOf =
  (repository: string, reference = '') =>
  ({ method, url = '' }: IncomingMessage): boolean =>
    method === 'PUT' && url.startsWith(`/v2/base-images/${repository}/manifests/${reference}`);

async function lookAt({ requests, slack, standIns }: Apart, step: Step, id?: string): Promise<After> {
  const repository = `base-images/${folder(step)}`;
  const item = id === undefined ? undefined : await requests.get(id);
  const mine = (await cards(slack)).filter((message) =>
    `${textOf(message)}${JSON.stringify(message.blocks)}`.includes(repository),
  );
  const calls = standIns.ecr.calls.filter((call) => call.repository === repository);
  const done = calls.filter(({ status }) => status >= 200 && status < 300);
  return {
    item,
    threads: mine.map(repliesOf),
    holds: standIns.ecr.admin.manifest(repository, TAG)?.digest,
    blobs: done.filter(({ action }) => action === 'ecr:CompleteLayerUpload').length,
    tagPuts: done.filter(({ action, path }) => action === 'ecr:PutImage' && path.endsWith(`/${TAG}`)).length,
  };
}

export const onlyImage = (item: RequestItem | undefined) => (item ? imagesOf(item)[0]?.[1] : undefined);
