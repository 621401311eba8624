import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ScanResult, ScriptedFinding } from '../../local/ecr/scan/plan.ts';
import { type Person, person, repliesOf, seen, textOf, theWhisper } from './person.ts';
import {
  approve,
  ask,
  type Card,
  cardOf,
  eventually,
  itemOf,
  settled,
  type Stage,
  startStage,
  threadOf,
} from './stage.ts';

const finding = (severity: ScriptedFinding['severity'], id: string, fixedIn?: string): ScriptedFinding => ({
  id,
  severity,
  title: `about ${id}`,
  package: { name: 'zlib', version: '1.2.12-r1', ...(fixedIn && { fixedIn }) },
});
const CRITICAL = finding('CRITICAL', 'CVE-2022-37434', '1.2.12-r2');
const EXCEPTED = finding('HIGH', 'CVE-2023-0286', '1.1.1t');
const MEDIUM = finding('MEDIUM', 'CVE-2022-4304');

/** What the scanner says of a repository's images. */
const SCANS: Readonly<Record<string, ScanResult>> = {
  clean: { kind: 'basic', findings: [MEDIUM] },
  enhanced: { kind: 'enhanced', status: 'ACTIVE', findings: [CRITICAL, MEDIUM] },
  strange: { kind: 'status', status: 'UNSUPPORTED_IMAGE' },
  excepted: { kind: 'basic', findings: [EXCEPTED] },
};
const AT_ONCE = { pendingAfterMs: 0, runningAfterMs: 0, doneAfterMs: 0 } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({
    ecr: {
      scan: ({ repository }) => ({
        ...AT_ONCE,
        ...(repository.endsWith('/slow') && { doneAfterMs: 3_600_000 }),
        result: SCANS[repository.split('/')[1] ?? ''] ?? { kind: 'basic', findings: [CRITICAL, MEDIUM] },
      }),
    },
    configure: (config) => ({
      ...config,
      gate: { severity: 'HIGH', exceptions: [{ id: EXCEPTED.id, reason: 'not reachable' }] },
      rules: [{ name: 'open', match: { target: 'base-images/open' }, gate: 'off' }, ...(config.rules ?? [])],
    }),
  });
});
afterAll(() => stage.close());

const tagsOf = (name: string): number => stage.local.ecr.admin.tags(`base-images/${name}`).size;

/** Asked for by Alice and approved by Bob. */
async function approved(name: string): Promise<string> {
  const id = await ask(stage, `/mirror redis:6.2 base-images/${name}`);
  await approve(stage, id);
  return id;
}
/** The line of the thread that tells what holds the image, with its buttons. */
async function held(id: string): Promise<Card['replies'][number]> {
  const card = await threadOf(stage, id, 'Held back by its scan');
  const line = card.replies.find((reply) => textOf(reply).includes('Held back'));
  if (!line) throw new Error('no such line');
  return line;
}
async function decide(who: Person, id: string, action: 'release' | 'leave', reason: string) {
  const line = await held(id);
  const before = (await who.views()).length;
  await who.click(line, action);
  const modal = await seen(stage.slack, async () => (await who.views())[before]);
  return { modal, answer: await who.submit(modal.id, { gate_reason: reason }) };
}

describe('an image whose scan finds something', () => {
  test('is held with its findings in thread and card, and gets its tag when an approver releases it with a reason', async () => {
    const id = await approved('released');
    const line = await held(id);
    expect(textOf(line)).toContain('Held back by its scan: 1 critical.');
    expect(textOf(line)).toContain('CVE-2022-37434  critical  zlib 1.2.12-r1 → 1.2.12-r2');
    expect(textOf(line)).not.toContain('CVE-2022-4304');
    expect(textOf(line)).toContain('<!subteam^S01PLATFORM> can release it with a reason until');
    const card = await cardOf(stage, id, 'held back by its scan: 1 critical · not tagged');
    expect(JSON.stringify(card.blocks)).toContain('Leave untagged');
    expect(tagsOf('released')).toBe(0);
    // All bytes are there: by digest it can be pulled.
    const digest = (await itemOf(stage, id)).images['1']?.targetDigest;
    expect(stage.local.ecr.admin.images('base-images/released').map((image) => image.digest)).toContain(
      digest,
    );

    const { modal } = await decide(stage.bob, id, 'release', 'Only reachable from inside; fix is planned.');
    expect(textOf({ text: '', blocks: modal.blocks })).toContain('CVE-2022-37434');
    const done = await threadOf(stage, id, 'In ECR:');
    const item = await settled(stage, id);
    expect(repliesOf(done).map((text) => text.split('\n')[0])).toEqual([
      'Approved by <@U01BOB00001>.',
      '⚠ Held back by its scan: 1 critical.',
      'Released by <@U01BOB00001>, with its findings; the tag is next. The reason:',
      expect.stringMatching(/^In ECR: /),
    ]);
    expect(textOf(await cardOf(stage, id, '✓ in ECR'))).toContain('released by <@U01BOB00001>');
    expect(item.images['1']).toMatchObject({
      state: 'copied',
      scan: 'found',
      released: { by: 'U01BOB00001', reason: 'Only reachable from inside; fix is planned.' },
    });
    expect(tagsOf('released')).toBe(1);
    // The tag alone was put after the release: no blob and no manifest went twice.
    const puts = stage.local.ecr.calls.filter(
      ({ method, path }) => method === 'PUT' && path.startsWith('/v2/base-images/released/manifests/'),
    );
    expect(new Set(puts.map(({ path }) => path)).size).toBe(puts.length);
  });

  test('is left untagged when an approver says so, and a second click reads who did', async () => {
    const id = await approved('left');
    const line = await held(id);
    await decide(stage.bob, id, 'leave', 'Use 7.2 instead.');
    const done = await threadOf(stage, id, 'Left untagged by');
    expect(repliesOf(done).at(-1)).toContain('Use 7.2 instead.');
    expect(await settled(stage, id)).toMatchObject({ state: 'finished', images: { 1: { state: 'left' } } });
    expect(tagsOf('left')).toBe(0);
    expect(textOf(await cardOf(stage, id, '✕ left untagged by <@U01BOB00001>'))).not.toContain('waits for');
    await stage.carol.click(line, 'release');
    expect(await theWhisper(stage.slack, stage.carol, 'left this untagged')).toContain('<@U01BOB00001>');
  });

  test('under enhanced scanning is held as well', async () => {
    const id = await approved('enhanced');
    expect(textOf(await held(id))).toContain('1 critical');
  });

  test('is not released by its requester, nor by an outsider, nor with a reason of blanks', async () => {
    const id = await approved('refused');
    const line = await held(id);
    await stage.dave.click(line, 'release');
    expect(await theWhisper(stage.slack, stage.dave, 'release this')).toContain(
      'Only <!subteam^S01PLATFORM> can release this or leave it untagged (rule base-images).',
    );
    const alice = person(stage.slack, stage.slack.people.requester);
    await alice.click(line, 'release');
    expect(await theWhisper(stage.slack, alice, 'release this')).toContain('Only <!subteam');
    // Carol's dialog stays open.
    const { answer } = await decide(stage.carol, id, 'release', '   ');
    expect(Object.values(answer.errors ?? {})).toEqual(['A reason is needed.']);
    expect((await itemOf(stage, id)).images['1']?.state).toBe('held');
    expect(tagsOf('refused')).toBe(0);
  });
});

describe('an image that its gate lets through', () => {
  test('is tagged after its scan; the thread has the findings before the address', async () => {
    const id = await approved('clean');
    const done = await threadOf(stage, id, 'In ECR:');
    await settled(stage, id);
    const lines = repliesOf(done);
    expect(lines.map((text) => text.split(' ')[0])).toEqual(['Approved', '*Scan', 'In']);
    expect(lines[1]).toContain('The scan gate found no high and critical findings: the tag is next.');
    expect(tagsOf('clean')).toBe(1);
  });

  test('by an exception names it', async () => {
    const id = await approved('excepted');
    const done = await threadOf(stage, id, 'In ECR:');
    expect(repliesOf(done)[1]).toContain('but 1 exception (CVE-2023-0286)');
  });

  test('by a rule that has none is tagged at once', async () => {
    const id = await approved('open');
    const done = await threadOf(stage, id, 'Scan of');
    expect(repliesOf(done).map((text) => text.split(' ')[0])).toEqual(['Approved', 'In', '*Scan']);
  });
});

test('an image that the scanner does not know is held, with the reason', async () => {
  const id = await approved('strange');
  const line = textOf(await held(id));
  expect(line).toContain('no findings');
  expect(line).toContain('the scanner does not know this kind of image');
});

test('an image that a lifecycle policy took away while it was held is sent again when it is released', async () => {
  const id = await approved('expired');
  await held(id);
  const byDigest = (url: string | undefined): boolean =>
    /base-images\/expired\/manifests\/sha256/.test(url ?? '');
  stage.local.ecr.faults.registry.add({
    kind: 'status',
    status: 404,
    match: ({ method, url }) => method === 'HEAD' && byDigest(url),
  });
  const puts = () =>
    stage.local.ecr.calls.filter(({ method, path }) => method === 'PUT' && byDigest(path)).length;
  const before = puts();
  await decide(stage.bob, id, 'release', 'It is needed today.');
  await threadOf(stage, id, 'In ECR:');
  expect(puts()).toBeGreaterThan(before);
  expect(tagsOf('expired')).toBe(1);
});

test('while the scan takes its time the card says so, and no tag is there; cancelled then, none ever is', async () => {
  const id = await approved('slow');
  expect(textOf(await cardOf(stage, id, 'waiting for its scan before it is tagged'))).toContain('◐');
  expect(tagsOf('slow')).toBe(0);
  const item = await eventually(async () => {
    const now = await itemOf(stage, id);
    return now.images['1']?.state === 'pushed' ? now : undefined;
  });
  expect(item.work['1']).toMatchObject({ owner: '' });
  await stage.alice.command(`/mirror cancel ${id}`);
  expect(textOf(await threadOf(stage, id, 'Cancelled by'))).toBeDefined();
  expect(await settled(stage, id)).toMatchObject({ images: { 1: { state: 'cancelled', scan: 'none' } } });
  expect(tagsOf('slow')).toBe(0);
});
