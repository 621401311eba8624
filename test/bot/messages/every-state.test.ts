import { describe, expect, test } from '@jest/globals';
import { renderCard } from '../../../bot/messages/card.ts';
import { type ClickRefusal, renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { renderNoCard, renderPrivate } from '../../../bot/messages/private.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import type { EventBody } from '../../../core/request/event.ts';
import { type Failure, failures } from '../../../core/request/failure.ts';
import { END_STATES, type Image, type ScanState } from '../../../core/request/image.ts';
import {
  ALICE,
  approvedBy,
  BOB,
  CAROL,
  DIGEST,
  REPOSITORY_URI,
  sampleEntry,
  sampleFindings,
  sampleImage,
  sampleItem,
  sampleResult,
  START,
  withEvents,
} from '../sample.ts';
import { expectSayable, expectSentence } from './checked.ts';

const states = ['ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES] as const;
const scans: readonly ScanState[] = ['none', 'waiting', 'found', 'unavailable'];
const { source, target } = sampleEntry();
const about = { source, target };
const someFailures: readonly (Failure | undefined)[] = [
  undefined,
  failures.sourceRateLimited({ source, limit: 200 }),
  failures.permissionMissing({
    ...about,
    action: 'ecr:UploadLayerPart',
    role: 'The role mirror-worker',
    reason: 'no identity policy allows it',
  }),
  failures.tagHoldsOther({ ...about, holds: DIGEST, wanted: DIGEST, suffixTag: '1.21-alpine-8f33c7a2d901' }),
];

const events: readonly EventBody[] = [
  { type: 'offered', images: ['1'] },
  { type: 'refused', images: ['1'] },
  { type: 'unchanged', images: ['1'] },
  { type: 'delayed', images: ['1'], code: 'x', summary: 'Docker Hub does not answer.', until: START },
  { type: 'approved', by: BOB, images: ['1'], digests: [DIGEST], configHash: 'c0ffee123456' },
  { type: 'denied', by: BOB, images: ['1'] },
  { type: 'denied', by: BOB, images: ['1'], reason: 'too old' },
  { type: 'cancelled', by: ALICE, images: ['1'], offered: true },
  { type: 'cancelled', by: ALICE, images: ['1'], offered: false },
  { type: 'expired', images: ['1'] },
  { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' },
  { type: 'copied', images: ['1'], digest: DIGEST, as: 'unchanged' },
  { type: 'failed', images: ['1'], code: 'permissionMissing' },
  { type: 'scanned', images: ['1'], as: 'found' },
  { type: 'scanned', images: ['1'], as: 'unavailable' },
  { type: 'retried', by: CAROL, images: ['1'] },
  { type: 'asked', by: BOB, images: ['1'], question: 'Why not 1.27?' },
  {
    type: 'brokeGlass',
    by: CAROL,
    images: ['1'],
    digests: [DIGEST],
    configHash: 'c0ffee123456',
    reason: 'the registry is down',
  },
  { type: 'reviewed', by: BOB, images: ['1'] },
  { type: 'reminded', as: 'morning', images: ['1'] },
  { type: 'reminded', as: 'reminder', images: ['1'] },
  { type: 'reminded', as: 'escalation', images: ['1'] },
  { type: 'reminded', as: 'review', images: ['1'] },
  { type: 'delayed', images: ['1'], code: 'queueSilent', summary: 'The queue does not answer.' },
  { type: 'pushed', images: ['1'], digest: DIGEST },
  { type: 'scanned', images: ['1'], as: 'found', gate: 'passed' },
  { type: 'held', images: ['1'] },
  {
    type: 'released',
    by: BOB,
    images: ['1'],
    digests: [DIGEST],
    reason: 'only reachable from inside',
    configHash: 'c0ffee123456',
  },
  { type: 'left', by: BOB, images: ['1'] },
  { type: 'left', by: BOB, images: ['1'], reason: 'use 1.27' },
  { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied', settled: true },
  { type: 'finished' },
];

const nameOf = (event: EventBody): string =>
  ['as' in event && event.as, 'reason' in event && 'with a reason', event.type].filter(Boolean).join(' ');

/** What a scan gate adds, at its worst. */
const gated = {
  gate: {
    verdict: 'held',
    at: START,
    holding: { counts: { CRITICAL: 1, HIGH: 6 }, total: 7, top: sampleFindings.top },
    unscanned: [{ platform: 'linux/s390x', why: 'the scanner does not know this kind of image' }],
    excepted: ['CVE-2005-2541', 'CVE-2016-2781'],
  },
  released: { by: BOB, at: START, reason: 'only reachable from inside' },
} as const satisfies Partial<Image>;

/** Each state with little and with much known about the image. */
function* images(): Generator<Image> {
  for (const state of states) {
    for (const scan of scans) {
      for (const failure of someFailures) {
        const known = { state, scan, ...(failure && { failure }) };
        yield { ...sampleEntry(), approvals: [], since: START, attempt: 0, notBefore: 0, ...known };
        yield sampleImage({
          ...known,
          notBefore: START + 3_600_000,
          approvals: [approvedBy(BOB), approvedBy(CAROL)],
          repositoryUri: REPOSITORY_URI,
          result: sampleResult,
          record: { request: 'M-0001', copiedAt: START },
          ...(scan === 'found' && gated),
          ...(scan === 'found' && { findings: sampleFindings }),
          ...(scan === 'unavailable' && { scanNote: 'linux/s390x is not scanned by ECR' }),
        });
      }
    }
  }
}

describe('in every state, with every scan and failure', () => {
  test.each(states)('the card of an image that is %s can be sent and says a whole sentence', (state) => {
    for (const image of [...images()].filter((each) => each.state === state)) {
      for (const stage of ['blobs', 'manifests', 'tag'] as const) {
        const progress = { stage, doneBytes: 74_000_000, totalBytes: 107_000_000 };
        const work = { '1': { owner: 'w', fence: 1, until: START, progress } };
        const card = renderCard(withEvents(sampleItem(image, { work, reason: 'for the shop' }), ...events));
        expectSayable(card);
        expectSentence(card.text);
      }
    }
  });

  test.each(events.map((event) => [nameOf(event), event] as const))(
    'the reply and the private answer to %s can be sent and say a whole sentence',
    (_, body) => {
      for (const image of images()) {
        const item = withEvents(sampleItem(image), body);
        for (const event of item.events) {
          for (const said of [renderReply(event, item), renderPrivate(event, item)]) {
            expectSayable(said);
            expectSentence(said.text);
          }
        }
      }
    },
  );

  test('a list of 25 images keeps its buttons within Slack’s limits', () => {
    const many = Object.fromEntries([...images()].slice(0, 25).map((image, at) => [String(at + 1), image]));
    const entries = Object.fromEntries(Object.keys(many).map((id) => [id, sampleEntry()]));
    const item = sampleItem({}, { images: { ...many, '1': sampleImage() }, entries });
    const card = renderCard(item);
    expectSayable(card);
    expect(card.text).toContain('25 images');
    expect(card.blocks.filter(({ type }) => type === 'actions')).toHaveLength(1);
  });

  test('each refused click is answered with a sentence and with what to do', () => {
    const image = sampleImage();
    const refusals: readonly ClickRefusal[] = [
      { kind: 'not an approver', image },
      { kind: 'own request', image },
      { kind: 'already approved' },
      { kind: 'unknown request' },
      { kind: 'unsure' },
      { kind: 'not read' },
      { kind: 'not opened' },
      { kind: 'not checked' },
      { kind: 'not a full member' },
      ...states
        .map((state) => sampleImage({ state }))
        .flatMap((each) =>
          [undefined, ...events].map((event) => {
            const item = sampleItem(each);
            return { kind: 'decided', item: event ? withEvents(item, event) : item } as const;
          }),
        ),
    ];
    for (const refusal of refusals) {
      const said = renderClickRefusal(refusal);
      expectSayable(said);
      expectSentence(said.text);
    }
  });

  test('every way to fail can be told, in a thread and privately', () => {
    const common = { ...about, detail: 'connection reset', limit: 100, closest: ['1.22-alpine'], rule: 'r' };
    const typed = {
      text: 'Nginx',
      message: 'repository names are lower case',
      at: 0,
      command: '/mirror nginx',
    };
    const where = {
      repository: 'x/nginx',
      team: 'shop',
      prefixes: ['shop'],
      pattern: '{team}/{app}',
      command: '/mirror nginx shop/nginx',
    };
    const who = {
      action: 'ecr:PutImage',
      role: 'The role w',
      reason: 'a policy denies it explicitly',
      allowed: ['docker.io'],
    };
    const digests = { digest: DIGEST, holds: DIGEST, wanted: DIGEST, suffixTag: '1-8f33', request: 'M-0001' };
    const beside = { available: ['linux/amd64'], refused: 1, of: 3, why: 'the tag is taken', images: 25 };
    const counts = {
      max: 30,
      who: 'person' as const,
      name: 'prdo',
      names: ['prod', 'eu'],
      open: ['M-0001', 'M-0002', 'M-0003', 'M-0004'],
      since: '10:00 UTC',
      again: '11:00 UTC',
      left: 8,
      reserve: 10,
      attempts: 3,
      times: 6,
    };
    const all = { ...common, ...typed, ...where, ...who, ...digests, ...beside, ...counts };
    for (const make of Object.values(failures)) {
      const image = sampleImage({ state: 'failed', failure: make(all) });
      const item = withEvents(
        sampleItem(image),
        { type: 'failed', images: ['1'], code: 'x' },
        { type: 'refused', images: ['1'] },
      );
      const [failed, refused] = item.events;
      if (!failed || !refused) throw new Error('two events');
      const told = renderReply(failed, item);
      expectSayable(told);
      expect(told.blocks.some(({ type }) => type === 'actions')).toBe(make(all).retry);
      expectSayable(renderPrivate(refused, item));
    }
  });

  test('a card that nobody can be shown is told with who can help', () => {
    const said = renderNoCard(sampleItem());
    expectSayable(said);
    expectSentence(said.text);
    expect(said.text).toContain('nginx:1.21-alpine');
  });
});
