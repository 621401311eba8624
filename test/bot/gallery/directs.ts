import { renderDirect } from '../../../bot/messages/direct.ts';
import { renderNoCard } from '../../../bot/messages/private.ts';
import { renderOps } from '../../../bot/messages/ops.ts';
import type { EventBody, EventType } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { ALICE, approvedBy, BOB, CAROL, START } from '../sample.ts';
import {
  about,
  approvedEvent,
  CARD,
  copiedEvent,
  done,
  glassEvent,
  glassRule,
  held,
  last,
  OTHER_CHANNEL,
  rule,
  withCard,
} from './given.ts';
import { atTheEnd, listOf } from './lists.ts';
import { direct, type Pictures } from './picture.ts';

const images = ['1'];
const DAVE = 'U01DAVE0001';
const elsewhere = { channel: OTHER_CHANNEL };
const watched = { watchers: [{ image: '1', by: DAVE, request: 'M-9ZK2' }] };
const denied: EventBody = { type: 'denied', by: BOB, images, reason: 'use 1.27-alpine' };
const scanned: EventBody = { type: 'scanned', images, as: 'found' };
const failure = failures.sourceUnreachable({ ...about, detail: 'connection reset' });

function to(person: string, item: RequestItem, body: EventBody) {
  const told = last(item, body);
  return renderDirect(told.event, told.item, person);
}

/** To the requester, where the card stands in another channel than the one they asked in. */
const news: Pictures = {
  'news-approved': direct(
    'Your request is approved',
    'The card stands in another channel than the one you asked in.',
    to(ALICE, withCard({ rule, approvals: [approvedBy(BOB)] }, elsewhere), approvedEvent()),
  ),
  'news-copied': direct(
    'Your image is in ECR',
    'The same, when it is done.',
    to(ALICE, withCard(done, elsewhere), copiedEvent),
  ),
  'news-denied': direct(
    'Your request is denied',
    'The same, when an approver said no.',
    to(ALICE, withCard({ rule, state: 'rejected' }, elsewhere), denied),
  ),
  'news-list': direct(
    'Your list is done',
    'The same, for a list.',
    to(ALICE, listOf(atTheEnd, { state: 'finished', ...elsewhere }), { type: 'finished' }),
  ),
};

const escalation: Pictures = {
  escalation: direct(
    'You may decide too',
    'Nobody has decided for long, and the rule names you to be asked as well.',
    to(CAROL, withCard({ rule: { ...rule, escalateTo: { users: [CAROL], userGroups: [] } } }), {
      type: 'reminded',
      as: 'escalation',
      images,
    }),
  ),
};

const lost: Pictures = {
  'no-card': direct(
    'No channel takes the card',
    'The app can post neither where it was asked nor in the configured channel.',
    renderNoCard(withCard()),
  ),
};

/** To somebody who asked for the same while it was open, and joined. */
const joined: Pictures = {
  'joined-in-ecr': direct(
    'What you joined is in ECR',
    'You asked for what somebody else had asked for already.',
    to(DAVE, withCard(done, watched), scanned),
  ),
  'joined-denied': direct(
    'What you joined is denied',
    'The same, when an approver said no.',
    to(DAVE, withCard({ rule, state: 'rejected' }, watched), denied),
  ),
  'joined-cancelled': direct(
    'What you joined is cancelled',
    'The same, when it was taken back.',
    to(DAVE, withCard({ rule, state: 'cancelled' }, watched), {
      type: 'cancelled',
      by: ALICE,
      images,
      offered: true,
    }),
  ),
  'joined-expired': direct(
    'What you joined has expired',
    'The same, when nobody decided.',
    to(DAVE, withCard({ rule, state: 'expired' }, watched), { type: 'expired', images }),
  ),
  'joined-left': direct(
    'What you joined is left untagged',
    'The same, when its scan held it back and nobody used it.',
    to(DAVE, withCard({ ...held, state: 'left' }, watched), {
      type: 'left',
      by: BOB,
      images,
      reason: 'use 1.27',
    }),
  ),
  'joined-failed': direct(
    'What you joined was not copied',
    'The same, when the copy failed.',
    to(DAVE, withCard({ rule, state: 'failed', failure }, watched), {
      type: 'failed',
      images,
      code: failure.code,
    }),
  ),
};

export const directs: Pictures = { ...news, ...escalation, ...lost, ...joined };

const broken: Partial<RequestItem['images'][string]> = {
  rule: glassRule,
  approvals: [{ by: CAROL, at: START, glass: true }],
};

function line(body: EventBody) {
  const told = last(withCard({ ...done, ...broken }, { notifier: CARD }), body);
  return renderOps(told.event, told.item);
}

/** The lines for those who run the mirror, by the event that brings them. */
const opsOf: Readonly<Record<Extract<EventType, 'brokeGlass' | 'reviewed' | 'reminded'>, Pictures>> = {
  brokeGlass: {
    'broken-glass': direct('The glass was broken', 'One person has let an image in alone.', line(glassEvent)),
  },
  reviewed: {
    reviewed: direct(
      'The review is done',
      'A second person has looked at it.',
      line({ type: 'reviewed', by: BOB, images }),
    ),
  },
  reminded: {
    'review-owed': direct(
      'A review is owed',
      'Nobody has looked at it for a working day.',
      line({ type: 'reminded', as: 'review', images }),
    ),
  },
};

export const opsLines: Pictures = Object.assign({}, ...Object.values(opsOf));
