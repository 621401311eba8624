import { renderCard } from '../../../bot/messages/card.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Image, ImageState } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import type { ScheduledRun } from '../../../core/request/scheduling.ts';
import {
  ALICE,
  approvedBy,
  BOB,
  CAROL,
  DIGEST,
  REPOSITORY_URI,
  sampleImage,
  START,
  withEvents,
} from '../sample.ts';
import {
  about,
  approvedEvent,
  before,
  DAY_MS,
  done,
  gatedRule,
  glassRule,
  held,
  HOUR_MS,
  OLD_DIGEST,
  offered,
  rule,
  SUFFIXED,
  withCard,
} from './given.ts';
import { atTheEnd, listOf, working } from './lists.ts';
import { card, editedCard, type Picture, type Pictures } from './picture.ts';

const { plan } = sampleImage();
/** Of a repository that stands there. */
const thereAlready = {
  missingBytes: 107_000_000,
  presentBytes: 61_000_000,
  missingBlobs: 12,
  ...plan,
  createsRepository: false,
};
const approved: Partial<Image> = { rule, approvals: [approvedBy(BOB)] };
const progress = { stage: 'blobs', doneBytes: 74_000_000, totalBytes: 107_000_000 } as const;
const work = { '1': { owner: 'w', fence: 1, until: START, progress } };

/** Of a run of a schedule: nobody asked, so its card is also where it is said that nothing is to be decided. */
function run(image: Partial<Image>, more: Partial<ScheduledRun> = {}): RequestItem {
  const schedule = { name: 'weekly', slot: START, ...more };
  const { requester: _, ...item } = withCard({ rule, ...image }, { schedule });
  return item;
}
const notes: ScheduledRun['notes'] = [
  { kind: 'gone', source: 'python:3.7-slim', target: 'base-images/python:3.7-slim' },
  {
    kind: 'deprecated',
    source: 'openjdk:17',
    why: 'its page on Docker Hub says that it is deprecated',
    instead: 'eclipse-temurin:17',
  },
];

/** The card of one image, in each of its states. */
const states: Readonly<Record<ImageState, Picture>> = {
  ready: card(
    'A request that waits',
    'It comes as soon as an image is looked up and its rule asks for a person.',
    renderCard(withCard({ rule }, { reason: 'base image for the shop front end' })),
  ),
  queued: editedCard(
    'Approved',
    'The card changes so when the last approval is there and no worker has it yet.',
    renderCard(withCard({ ...approved, state: 'queued' }, { state: 'running' })),
  ),
  copying: editedCard(
    'Being copied',
    'While bytes move the card tells how far it is.',
    renderCard(withCard({ ...approved, state: 'copying' }, { state: 'running', work })),
  ),
  pushed: editedCard(
    'Copied, without its tag yet',
    'Where the rule has a scan gate, the tag waits until the findings are there.',
    renderCard(
      withCard({ ...approved, rule: gatedRule, state: 'pushed', scan: 'waiting' }, { state: 'running' }),
    ),
  ),
  held: editedCard(
    'Held back by its scan',
    'The scan gate said no, and a person has to release it or leave it.',
    renderCard(withCard(held, { state: 'running' })),
  ),
  copied: editedCard(
    'In ECR',
    'It is copied, tagged and scanned.',
    renderCard(withCard(done, { state: 'finished' })),
  ),
  failed: editedCard(
    'Not copied',
    'The copy failed, and the thread says why.',
    renderCard(withCard({ ...approved, state: 'failed' }, { state: 'finished' })),
  ),
  rejected: editedCard(
    'Denied',
    'An approver said no.',
    renderCard(
      withEvents(withCard({ rule, state: 'rejected' }, { state: 'finished' }), offered, {
        type: 'denied',
        by: BOB,
        images: ['1'],
      }),
    ),
  ),
  cancelled: editedCard(
    'Cancelled',
    'Whoever asked for it took it back.',
    renderCard(
      withEvents(withCard({ rule, state: 'cancelled' }, { state: 'finished' }), offered, {
        type: 'cancelled',
        by: ALICE,
        images: ['1'],
        offered: true,
      }),
    ),
  ),
  expired: editedCard(
    'Expired',
    'Nobody decided in time; silence never approves.',
    renderCard(withCard({ rule, state: 'expired' }, { state: 'finished' })),
  ),
  left: editedCard(
    'Left untagged',
    'What the scan gate held was not released.',
    renderCard(
      withEvents(withCard({ ...held, state: 'left' }, { state: 'finished' }), offered, {
        type: 'left',
        by: BOB,
        images: ['1'],
        reason: 'use 1.27',
      }),
    ),
  ),
  refused: card(
    'A schedule’s image that cannot be offered',
    'A schedule found something new that is refused, and nobody else would read an answer.',
    renderCard(
      run({
        state: 'refused',
        failure: failures.tagHoldsOther({
          ...about,
          holds: OLD_DIGEST,
          wanted: DIGEST,
          suffixTag: SUFFIXED,
        }),
      }),
    ),
  ),
  unchanged: card(
    'A schedule’s image that is there already',
    'A schedule asked for what stands in ECR already, and has something else to tell.',
    renderCard(run({ state: 'unchanged', repositoryUri: REPOSITORY_URI }, { notes })),
  ),
};

/** What else a card may have to say. */
const more: Pictures = {
  everything: card(
    'A request with everything to stop at',
    'A card shows these lines where there is something to say: the tag that stands there, the scan gate, what came in before, and what to look at.',
    renderCard(
      withCard(
        {
          rule: gatedRule,
          flags: ['moving tag', 'new source', 'very old'],
          target: { ...about.target, tag: SUFFIXED },
          plan: thereAlready,
          before,
          moved: { tag: '1.21-alpine', from: OLD_DIGEST, by: 'suffix' },
          tracking: { on: true, schedules: ['weekly'] },
          teamPlatforms: ['linux/amd64', 'linux/arm64'],
          referrers: { counts: { signature: 1, sbom: 2 }, sizeBytes: 90_000 },
        },
        { reason: 'base image for the shop front end' },
      ),
    ),
  ),
  'two-approvals': editedCard(
    'One of two approvals',
    'The rule asks for two people, and one of them has said yes; the menu also breaks the glass.',
    renderCard(withCard({ rule: glassRule, approvals: [approvedBy(BOB)] })),
  ),
  'group-changed': editedCard(
    'Approved by a group that changed',
    'The group that entitled an approver was changed within a day before.',
    renderCard(
      withCard(
        {
          ...approved,
          state: 'copying',
          approvals: [
            {
              ...approvedBy(BOB),
              group: { id: 'S01PLATFORM', changedAt: START - 2 * HOUR_MS, changedBy: CAROL },
            },
          ],
        },
        { state: 'running', work },
      ),
    ),
  ),
  'broken-glass': editedCard(
    'Let in by one person',
    'Somebody broke the glass, and a second person owes it a look.',
    renderCard(
      withCard(
        {
          ...done,
          rule: glassRule,
          approvals: [{ by: CAROL, at: START + 60_000, glass: true }],
          review: { by: CAROL, at: START + 60_000, reason: 'the shop is down' },
        },
        { state: 'finished' },
      ),
    ),
  ),
  night: card(
    'A request in quiet hours',
    'It comes in the night: the card names nobody, and the thread does in the morning.',
    renderCard(
      withCard({
        rule: { ...rule, approvers: { users: [], userGroups: ['S01PLATFORM'] } },
        reminders: [{ as: 'morning', at: START + 9 * HOUR_MS }],
      }),
    ),
  ),
  waits: editedCard(
    'A copy that waits',
    'The source’s pull limit is used up; it goes on by itself.',
    renderCard(
      withCard(
        {
          ...approved,
          state: 'queued',
          failure: failures.sourceRateLimited({ ...about, limit: 200 }),
          notBefore: START + 5 * HOUR_MS,
        },
        { state: 'running' },
      ),
    ),
  ),
  paused: card(
    'A request while mirroring is paused',
    'Whoever runs the mirror has set “paused”: people decide, and nothing is copied yet.',
    renderCard(withCard({ rule }), true),
  ),
  scheduled: card(
    'A request by a schedule',
    'A tag that is kept fresh means another digest now.',
    renderCard(
      run({
        plan: thereAlready,
        before: { ...before, tag: '1.21-alpine', copiedAt: START - 7 * DAY_MS },
        moved: { tag: '1.21-alpine', from: OLD_DIGEST, by: 'move' },
        alsoTag: SUFFIXED,
      }),
    ),
  ),
  notice: card(
    'A note by a schedule',
    'A run has nothing to ask for and something to tell.',
    renderCard({ ...run({}, { notes }), entries: {}, images: {}, state: 'finished' }),
  ),
  'list-waiting': card(
    'A list that waits',
    'Several images were asked for at once: one card, and each of them is decided by itself.',
    renderCard(withEvents(listOf(), { type: 'offered', images: ['1', '2', '3', '4', '5'] })),
  ),
  'list-working': editedCard(
    'A list at work',
    'Four of five are approved, and one still waits.',
    renderCard(
      withEvents(
        listOf(working, { state: 'running' }),
        { type: 'offered', images: ['1', '2', '3', '4', '5'] },
        approvedEvent(['1', '2', '3', '4']),
      ),
    ),
  ),
  'list-done': editedCard(
    'A list that is done',
    'All of its images have come to an end.',
    renderCard(listOf(atTheEnd, { state: 'finished' })),
  ),
};

export const cards: Pictures = { ...states, ...more };
