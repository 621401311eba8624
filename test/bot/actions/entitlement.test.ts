import { describe, expect, test } from '@jest/globals';
import { entitlement, type Person } from '../../../bot/actions/entitlement.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { Image } from '../../../core/request/image.ts';
import { ALICE, approvedBy, BOB, CAROL, GROUP, sampleEntry, sampleImage, sampleItem } from '../sample.ts';

const rule = (over: Partial<RecordedRule> = {}): RecordedRule => ({
  name: 'base-images',
  decision: 'approve',
  approvals: 1,
  selfApproval: false,
  approvers: { users: [CAROL], userGroups: [GROUP] },
  configHash: 'c',
  ...over,
});
const bob: Person = { id: BOB, groups: [GROUP] };
const carol: Person = { id: CAROL, groups: [] };
const dave: Person = { id: 'U01DAVE0001', groups: [] };
const alice: Person = { id: ALICE, groups: [] };

const may = { may: true, images: ['1'], groups: {} };
const byGroup = { ...may, groups: { '1': { id: GROUP } } };
const no = (kind: string) => ({ may: false, refusal: { kind } });

describe('who may decide', () => {
  test.each<[string, Partial<Image>, Person, object]>([
    ['a member of the group', {}, bob, byGroup],
    ['a person named in the rule, without a group on record', {}, carol, may],
    ['a person named who is in the group too', {}, { id: CAROL, groups: [GROUP] }, may],
    ['nobody else', {}, dave, no('not an approver')],
    ['not a member of another group', {}, { id: BOB, groups: ['S0OTHER'] }, no('not an approver')],
    ['not the requester', {}, { ...alice, groups: [GROUP] }, no('own request')],
    ['the requester who is no approver is told so', {}, alice, no('not an approver')],
    [
      'the requester where the rule allows it',
      { rule: rule({ selfApproval: true }) },
      { ...alice, groups: [GROUP] },
      byGroup,
    ],
    [
      'not twice the same person',
      { rule: rule({ approvals: 2 }), approvals: [approvedBy(BOB)] },
      bob,
      no('already approved'),
    ],
    ['a second person', { rule: rule({ approvals: 2 }), approvals: [approvedBy(BOB)] }, carol, may],
    ['nobody about an image that does not wait', { state: 'queued' }, bob, no('decided')],
    ['nobody about a refused image', { state: 'refused' }, bob, no('decided')],
    [
      'nobody where the rule names nobody',
      { rule: rule({ approvers: { users: [], userGroups: [] } }) },
      bob,
      no('not an approver'),
    ],
    [
      'nobody without a known group, while Slack does not tell',
      {},
      { id: BOB, groups: [], groupsUnknown: true },
      no('not checked'),
    ],
    ['a person by name, while Slack does not tell', {}, { id: CAROL, groups: [], groupsUnknown: true }, may],
  ])('%s', (_, image, person, answer) => {
    expect(entitlement(sampleItem({ rule: rule(), ...image }), person)).toMatchObject(answer);
  });

  test('of a list only the images that this person may decide', () => {
    const other = rule({ approvers: { users: [], userGroups: ['S0OTHER'] } });
    const item = sampleItem(
      {},
      {
        entries: { '1': sampleEntry(), '2': sampleEntry(), '3': sampleEntry() },
        images: {
          '1': sampleImage({ rule: other }),
          '2': sampleImage({ rule: rule() }),
          '3': sampleImage({ rule: rule(), state: 'copying' }),
        },
      },
    );
    expect(entitlement(item, bob)).toEqual({
      may: true,
      images: ['2'],
      groups: { '2': { id: GROUP } },
    });
  });

  test('a list in which one image is one’s own and another not says why about the first that waits', () => {
    const item = sampleItem({ rule: rule() });
    const answer = entitlement(item, { ...alice, groups: [GROUP] });
    expect(answer).toMatchObject({
      refusal: { kind: 'own request', image: { rule: { name: 'base-images' } } },
    });
  });
});
