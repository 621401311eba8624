import { withRequester } from '../../../bot/messages/for-requester.ts';
import { ALICE, approvedBy, BOB, CAROL, DIGEST, START } from '../sample.ts';
import {
  approvedEvent,
  done,
  glassEvent,
  glassRule,
  held,
  last,
  offered,
  replyTo,
  rule,
  withCard,
} from './given.ts';
import { listOf } from './lists.ts';
import { reply } from './picture.ts';

const images = ['1'];
const all = ['1', '2', '3', '4', '5'];
const denied = { type: 'denied', by: BOB, images, reason: 'use 1.27-alpine, which is looked after' } as const;

/** What the thread tells of what people do, or do not do in time. */
export const decisionReplies = {
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
        ...approvedEvent(),
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
};
