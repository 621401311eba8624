import { type CancelAnswer, renderCancelAnswer } from '../../../bot/messages/cancelled.ts';
import { type ClickRefusal, renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { renderRunNow, type RunNowAnswer } from '../../../bot/messages/schedules.ts';
import { BOB, CAROL, CHANNEL, sampleImage, START, withEvents } from '../sample.ts';
import { approvedEvent, gatedRule, glassRule, held, offered, rule, withCard } from './given.ts';
import { type Picture, type Pictures, privately } from './picture.ts';

const refused = (title: string, when: string, refusal: ClickRefusal): Picture =>
  privately(title, when, renderClickRefusal(refusal));
const cancelled = (title: string, when: string, answer: CancelAnswer): Picture =>
  privately(title, when, renderCancelAnswer(answer));
const begun = (title: string, when: string, answer: RunNowAnswer): Picture =>
  privately(title, when, renderRunNow('weekly', answer));

const image = sampleImage({ rule });
const copying = withEvents(withCard({ rule, state: 'copying' }), offered, approvedEvent());
const done = withEvents(withCard({ rule: glassRule, state: 'copied' }), {
  type: 'reviewed',
  by: BOB,
  images: ['1'],
});

const refusals: Readonly<Record<ClickRefusal['kind'], Picture>> = {
  'not an approver': refused('Not an approver', 'Somebody clicks who may not decide this.', {
    kind: 'not an approver',
    image,
  }),
  'own request': refused(
    'Your own request',
    'Whoever asked for it clicks Approve, and the rule wants a second person.',
    { kind: 'own request', image },
  ),
  'already approved': refused(
    'Approved already, by you',
    'An approver clicks again where the rule wants two people.',
    { kind: 'already approved' },
  ),
  decided: refused('Decided already', 'Somebody else was first.', { kind: 'decided', item: copying }),
  'not a releaser': refused('Not somebody who may release', 'Somebody clicks Release who may not.', {
    kind: 'not a releaser',
    image: sampleImage({ ...held, rule: gatedRule }),
  }),
  'own held': refused(
    'Your own image is held',
    'Whoever asked for it clicks Release, and the rule wants a second person.',
    { kind: 'own held', image: sampleImage({ ...held, rule: gatedRule }) },
  ),
  'not held': refused('Not held any more', 'Somebody else has released it.', {
    kind: 'not held',
    item: copying,
    image: sampleImage({ ...held, state: 'copied', released: { by: BOB, at: START, reason: 'exception' } }),
  }),
  'unknown request': refused('Not known here', 'A button leads to a request that is not there.', {
    kind: 'unknown request',
  }),
  unsure: refused('Not sure whether it counts', 'The database did not answer to the decision.', {
    kind: 'unsure',
  }),
  'not read': refused('Not read', 'The database did not answer at all.', { kind: 'not read' }),
  'own question': refused('A question to yourself', 'Whoever asked for it clicks Ask.', {
    kind: 'own question',
  }),
  'enough asked': refused('Enough questions', 'A request has as many questions as are kept.', {
    kind: 'enough asked',
  }),
  'not on the glass list': refused(
    'Not on the break-glass list',
    'Somebody breaks the glass whom the rule does not name.',
    { kind: 'not on the glass list', image: sampleImage({ rule: glassRule }) },
  ),
  'own review': refused('Your own review', 'Who broke the glass confirms the review.', {
    kind: 'own review',
    image: sampleImage({ rule: glassRule, review: { by: CAROL, at: START, reason: 'the shop is down' } }),
  }),
  reviewed: refused('Reviewed already', 'A second person was there before.', {
    kind: 'reviewed',
    item: done,
  }),
  'not opened': refused('The dialog did not open', 'Slack takes no dialog three seconds after the click.', {
    kind: 'not opened',
  }),
  'not checked': refused('Not checked', 'Slack does not say who is in the group, so the answer is no.', {
    kind: 'not checked',
  }),
  'not a full member': refused('A guest or an app', 'Somebody clicks who is no full member.', {
    kind: 'not a full member',
  }),
};

const cancels: Readonly<Record<CancelAnswer['kind'], Picture>> = {
  cancelled: cancelled('Cancelled', 'The answer to /mirror cancel.', {
    kind: 'cancelled',
    item: withEvents(withCard({ rule, state: 'cancelled' }), offered),
  }),
  'too late': cancelled('Too late to cancel', 'The tag is put or about to be.', {
    kind: 'too late',
    item: withCard({ state: 'copied' }),
  }),
  'not yours': cancelled('Not yours to cancel', 'Somebody else’s request, of which you decide nothing.', {
    kind: 'not yours',
    item: copying,
  }),
  'not checked': cancelled('Not checked', 'Slack does not say whether you may.', {
    kind: 'not checked',
    item: copying,
  }),
  unknown: cancelled('No such request', 'There is no request of this id.', { kind: 'unknown', id: 'M-7F3K' }),
  'not read': cancelled('Not read', 'The database did not answer.', { kind: 'not read', id: 'M-7F3K' }),
  unsure: cancelled('Not sure whether it is cancelled', 'The database did not answer to the cancel.', {
    kind: 'unsure',
    id: 'M-7F3K',
  }),
};

const runs: Readonly<Record<RunNowAnswer['kind'], Picture>> = {
  begun: begun('A run begins', 'An approver has clicked Run now.', {
    kind: 'begun',
    id: 'M-7F3K',
    channel: CHANNEL,
  }),
  looking: begun('A run is under way', 'The schedule is looking already.', { kind: 'looking', id: 'M-7F3K' }),
  'not an approver': begun('Not an approver', 'Only approvers of its team run a schedule.', {
    kind: 'not an approver',
  }),
  'not a full member': begun('A guest or an app', 'Only full members run a schedule.', {
    kind: 'not a full member',
  }),
  'not checked': begun('Not checked', 'Slack does not say whether you may.', { kind: 'not checked' }),
  unsure: begun('Not sure whether it began', 'The database did not answer.', { kind: 'unsure' }),
  unknown: begun('No such schedule', 'The configuration has it no more.', { kind: 'unknown' }),
  paused: begun('Paused', 'Mirroring is paused.', { kind: 'paused' }),
};

/** Files have no spaces in their names: `not an approver` is `not-an-approver`. */
const named = (prefix: string, table: Pictures): Pictures =>
  Object.fromEntries(
    Object.entries(table).map(([kind, picture]) => [`${prefix}${kind.replaceAll(' ', '-')}`, picture]),
  );

export const clicks = named('', refusals);
export const cancelAnswers = named('cancel-', cancels);
export const runAnswers = named('run-', runs);
