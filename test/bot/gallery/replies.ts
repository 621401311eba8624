import { withRequester } from '../../../bot/messages/for-requester.ts';
import { renderPlainly } from '../../../bot/messages/plainly.ts';
import { outOfThread } from '../../../bot/messages/thread.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import type { EventType } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import { ALICE, approvedBy, BOB, CAROL, DIGEST, START } from '../sample.ts';
import {
  about,
  approvedEvent,
  before,
  done,
  findings,
  gatedRule,
  glassRule,
  held,
  HOUR_MS,
  last,
  OLD_DIGEST,
  offered,
  replyTo,
  rule,
  SUFFIXED,
  withCard,
} from './given.ts';
import { atTheEnd, listOf } from './lists.ts';
import { type Pictures, reply } from './picture.ts';

const images = ['1'];
const lowOnes = ['CVE-2022-4899', 'CVE-2023-2650'].map((id) => ({
  id,
  severity: 'LOW' as const,
  package: 'busybox',
  version: '1.35.0-r17',
}));
const copiedEvent = { type: 'copied', images, digest: DIGEST, as: 'copied' } as const;
const approvedBody = () => ({
  type: 'approved' as const,
  by: BOB,
  images,
  digests: [DIGEST],
  configHash: 'c0ffee123456',
});
const all = ['1', '2', '3', '4', '5'];
const denied = { type: 'denied', by: BOB, images, reason: 'use 1.27-alpine, which is looked after' } as const;
const permission = failures.permissionMissing({
  ...about,
  action: 'ecr:UploadLayerPart',
  role: 'The role mirror-worker',
  reason: 'no identity policy allows it',
});
const glassEvent = {
  type: 'brokeGlass',
  by: CAROL,
  images,
  digests: [DIGEST],
  configHash: 'c0ffee123456',
  reason: 'the shop is down and its base image is not in ECR',
} as const;

/** What the thread tells of each event; those with nothing here are told by the card or privately. */
export const repliesTo = {
  offered: {},
  noted: {},
  refused: {},
  unchanged: {},
  planned: {},
  pushed: {},
  approved: {
    approved: reply(
      'Approved',
      'An approver has clicked Approve, and one is enough.',
      withRequester(
        ...((told) => [replyTo(told.item), told.event, told.item] as const)(
          last(withCard({ rule, approvals: [approvedBy(BOB)] }), offered, approvedEvent()),
        ),
      ),
    ),
    'approved-one-of-two': reply(
      'Approved by the first of two',
      'The rule asks for two people.',
      replyTo(withCard({ rule: glassRule, approvals: [approvedBy(BOB)] }), offered, approvedEvent()),
    ),
    'approved-by-command': reply(
      'Approved while Slack was down',
      'Somebody decided with mirror decide, and the thread tells it when Slack is back.',
      replyTo(withCard({ rule, approvals: [approvedBy(BOB)] }), {
        ...approvedBody(),
        reason: 'Slack is down, agreed on the phone',
        arn: 'arn:aws:sts::123456789012:assumed-role/oncall/bob',
      }),
    ),
    'approved-some-of-a-list': reply(
      'Some of a list approved',
      'An approver has chosen some images of a list.',
      replyTo(
        listOf((n) => (n < 4 ? { approvals: [approvedBy(BOB)] } : {})),
        { type: 'offered', images: all },
        approvedEvent(['1', '2', '3']),
      ),
    ),
  },
  denied: {
    denied: reply(
      'Denied',
      'An approver has denied it and said why.',
      replyTo(withCard({ rule, state: 'rejected' }), denied),
    ),
    'denied-some-of-a-list': reply(
      'Some of a list denied',
      'An approver has denied some images of a list.',
      replyTo(
        listOf((n) => (n > 3 ? { state: 'rejected' } : {})),
        { type: 'offered', images: all },
        { ...denied, images: ['4', '5'], reason: 'not from there' },
      ),
    ),
  },
  cancelled: {
    cancelled: reply(
      'Cancelled',
      'Whoever asked for it, or an approver, has taken it back.',
      replyTo(withCard({ rule, state: 'cancelled' }), {
        type: 'cancelled',
        by: ALICE,
        images,
        offered: true,
        reason: 'wrong tag',
      }),
    ),
  },
  expired: {
    expired: reply(
      'Expired',
      'Nobody has decided in time.',
      replyTo(withCard({ rule, state: 'expired' }), { type: 'expired', images }),
    ),
    'expired-held': reply(
      'Expired while it was held',
      'Nobody has released in time what the scan gate held.',
      replyTo(withCard({ ...held, state: 'left' }), { type: 'expired', images }),
    ),
    'expired-list': reply(
      'A list expired',
      'Nobody has decided in time about some images of a list.',
      replyTo(
        listOf((n) => (n > 3 ? { state: 'expired' } : {})),
        { type: 'expired', images: ['4', '5'] },
      ),
    ),
  },
  copied: {
    copied: reply('In ECR', 'The tag is put and verified.', replyTo(withCard(done), offered, copiedEvent)),
    'copied-beside-the-old': reply(
      'In ECR beside the old one',
      'The asked tag stood there with another digest and stays.',
      replyTo(
        withCard({
          ...done,
          target: { ...about.target, tag: SUFFIXED },
          moved: { tag: '1.21-alpine', from: OLD_DIGEST, by: 'suffix' },
        }),
        copiedEvent,
      ),
    ),
    'copied-and-moved': reply(
      'In ECR, with everything there may be to say',
      'The source’s tag has moved since the look-up, and the repository was there with other settings.',
      replyTo(
        withCard({
          ...done,
          result: {
            copiedAt: START + 60_000,
            tookMs: 9_000,
            copiedBytes: 107_000_000,
            presentBytes: 61_000_000,
            pulls: 9,
            attestations: 2,
            createdRepository: false,
            tagMovedTo: digestOf(Buffer.from('a newer index')),
            drift: [{ setting: 'scanOnPush', wanted: 'on', found: 'off' }],
            referrers: { copied: { signature: 1, sbom: 2 }, refused: 0, newer: 1 },
          },
        }),
        copiedEvent,
      ),
    ),
    'copied-by-somebody-else': reply(
      'There already when the copy came',
      'Somebody else has put the approved digest there meanwhile.',
      replyTo(withCard({ ...done, state: 'unchanged' }), { ...copiedEvent, as: 'unchanged' }),
    ),
  },
  scanned: {
    scanned: reply(
      'Findings',
      'ECR has scanned what was copied.',
      replyTo(withCard(done), { type: 'scanned', images, as: 'found' }),
    ),
    'scanned-against-before': reply(
      'Findings, compared',
      'Platforms differ, and an image that came in before was scanned too.',
      replyTo(
        withCard({
          ...done,
          before,
          findings: {
            ...findings,
            byPlatform: [
              { platform: 'linux/amd64', counts: findings.counts },
              { platform: 'linux/arm64', counts: { HIGH: 2, LOW: 12 } },
            ],
            missing: [{ platform: 'linux/s390x', why: 'ECR does not scan it' }],
            change: {
              fixed: {
                count: 4,
                named: [
                  { id: 'CVE-2021-3711', severity: 'CRITICAL' },
                  { id: 'CVE-2021-3712', severity: 'HIGH' },
                ],
              },
              added: { count: 1, named: [{ id: 'CVE-2022-29458', severity: 'HIGH' }] },
            },
          },
        }),
        { type: 'scanned', images, as: 'found' },
      ),
    ),
    'scanned-clean': reply(
      'No findings, and the gate lets it through',
      'The rule has a scan gate, and the scan found nothing that holds it.',
      replyTo(
        withCard({
          ...done,
          state: 'pushed',
          rule: gatedRule,
          findings: { ...findings, counts: { LOW: 2 }, total: 2, top: lowOnes },
          gate: {
            verdict: 'passed',
            at: START,
            holding: { counts: {}, total: 0, top: [] },
            unscanned: [],
            excepted: ['CVE-2022-37434'],
          },
        }),
        { type: 'scanned', images, as: 'found', gate: 'passed' },
      ),
    ),
    'not-scanned': reply(
      'No scan',
      'ECR has not scanned it, and says why.',
      replyTo(withCard({ ...done, scan: 'unavailable', scanNote: 'ECR does not scan this kind of image' }), {
        type: 'scanned',
        images,
        as: 'unavailable',
      }),
    ),
  },
  held: {
    held: reply(
      'Held back by its scan',
      'The scan gate said no: what holds it, and who can release it until when.',
      replyTo(withCard(held), { type: 'held', images }),
    ),
  },
  released: {
    released: reply(
      'Released',
      'Somebody who may has released it, with a reason.',
      replyTo(withCard({ ...held, state: 'queued' }), {
        type: 'released',
        by: BOB,
        images,
        digests: [DIGEST],
        reason: 'zlib is not reachable from outside here; exception until March',
        configHash: 'c0ffee123456',
      }),
    ),
  },
  left: {
    left: reply(
      'Left untagged',
      'Somebody who may has decided that it is not used.',
      replyTo(withCard({ ...held, state: 'left' }), { type: 'left', by: BOB, images, reason: 'use 1.27' }),
    ),
  },
  delayed: {
    delayed: reply(
      'A copy waits',
      'The source’s pull limit is used up; told once for each cause.',
      replyTo(withCard({ rule, state: 'queued', approvals: [approvedBy(BOB)] }), offered, {
        type: 'delayed',
        images,
        code: 'sourceRateLimited',
        summary: failures.sourceRateLimited({ ...about, limit: 200 }).summary,
        until: START + 5 * HOUR_MS,
      }),
    ),
  },
  failed: {
    failed: reply(
      'Not copied',
      'The copy failed: what happened, what is kept, and who does what.',
      replyTo(withCard({ rule, state: 'failed', failure: permission }), {
        type: 'failed',
        images,
        code: permission.code,
      }),
    ),
  },
  retried: {
    retried: reply(
      'Tried again',
      'Somebody has clicked Retry.',
      replyTo(withCard({ rule, state: 'queued' }), { type: 'retried', by: ALICE, images }),
    ),
  },
  asked: {
    asked: reply(
      'A question',
      'An approver wants to know something first, and names who asked for it.',
      replyTo(withCard({ rule }), { type: 'asked', by: BOB, images, question: 'Why not 1.27-alpine?' }),
    ),
  },
  brokeGlass: {
    'broken-glass': reply(
      'The glass was broken',
      'One person has let it in alone, with a reason.',
      replyTo(
        withCard({
          rule: glassRule,
          state: 'queued',
          approvals: [{ by: CAROL, at: START, glass: true }],
          review: { by: CAROL, at: START, reason: glassEvent.reason },
        }),
        glassEvent,
      ),
    ),
  },
  reviewed: {
    reviewed: reply(
      'Reviewed',
      'A second person has looked at what was let in by one alone.',
      replyTo(withCard({ ...done, rule: glassRule }), { type: 'reviewed', by: BOB, images }),
    ),
  },
  reminded: {
    morning: reply(
      'In the morning',
      'The card came in quiet hours and named nobody.',
      replyTo(withCard({ rule }), { type: 'reminded', as: 'morning', images }),
    ),
    reminder: reply(
      'A reminder',
      'Nobody has decided for some working hours.',
      replyTo(withCard({ rule }), { type: 'reminded', as: 'reminder', images }),
    ),
    escalation: reply(
      'More people are asked',
      'Still nobody has decided: who is asked as well may decide from now on.',
      replyTo(
        withCard({
          rule: { ...rule, escalateTo: { users: [CAROL], userGroups: [] } },
          reminders: [{ as: 'escalation', at: START, saidAt: START }],
        }),
        { type: 'reminded', as: 'escalation', images },
      ),
    ),
  },
  finished: {
    'list-done': reply(
      'A list is done',
      'Everything of a list has come to an end: one line tells all results.',
      replyTo(listOf(atTheEnd, { state: 'finished' }), { type: 'finished' }),
    ),
  },
} satisfies Record<EventType, Pictures>;

/** Where a line cannot be said as it should be. */
const elsewhere: Pictures = {
  'out-of-thread': reply(
    'A line outside its thread',
    'The thread takes no lines any more, so its requester gets them with what they are about.',
    outOfThread(replyTo(withCard(done), copiedEvent), withCard(done)),
  ),
  plainly: reply(
    'A line that could not be made',
    'Something in the request cannot be shown; the story goes on.',
    renderPlainly(last(withCard(done), copiedEvent).event, withCard(done)),
  ),
};

export const replies: Pictures = Object.assign({}, ...Object.values(repliesTo), elsewhere);
