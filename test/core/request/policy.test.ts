import { describe, expect, test } from '@jest/globals';
import type { Approval } from '../../../core/request/approval.ts';
import type { Image } from '../../../core/request/image.ts';
import { type Authority, approvalsFit, authority } from '../../../core/request/policy.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { ALICE, decided, approveBy, BOB, offered, OTTO, sampleRule, START } from './sample-request.ts';

const CAROL = 'U0CAROL';
const GROUP = 'S0SEC';

function imageOf(item: RequestItem): Image {
  const image = item.images['1'];
  if (!image) throw new Error('no image');
  return image;
}

describe('may this person decide this image?', () => {
  const group = { approvers: { users: [ALICE], userGroups: ['S0OTHER', GROUP] } };
  const no = (why: Extract<Authority, { may: false }>['why']): Authority => ({ may: false, why });

  test.each<[string, Partial<RecordedRule>, string, readonly string[], Authority]>([
    ['somebody named', {}, ALICE, [], { may: true }],
    ['somebody not named', {}, CAROL, [], no('not an approver')],
    ['somebody of a named group, with that group', group, CAROL, [GROUP], { may: true, group: GROUP }],
    ['somebody of another group', group, CAROL, ['S0ELSE'], no('not an approver')],
    ['somebody named and of a group, as the named person', group, ALICE, [GROUP], { may: true }],
    [
      'the requester, although named',
      { approvers: { users: [OTTO], userGroups: [] } },
      OTTO,
      [],
      no('own request'),
    ],
    ['the requester, although of a group', group, OTTO, [GROUP], no('own request')],
    [
      'the requester, where the rule says so',
      { selfApproval: true, approvers: { users: [OTTO], userGroups: [] } },
      OTTO,
      [],
      { may: true },
    ],
    [
      'the requester, where the rule says so and does not name them',
      { selfApproval: true },
      OTTO,
      [],
      no('not an approver'),
    ],
    [
      'nobody, where no approver is named',
      { approvers: { users: [], userGroups: [] } },
      ALICE,
      [GROUP],
      no('not an approver'),
    ],
  ])('%s', (_, rule, id, groups, expected) => {
    const item = offered(1, rule);
    expect(authority(item, imageOf(item), { id, groups })).toEqual(expected);
  });

  test('not twice', () => {
    const item = decided(offered(1, { approvals: 2 }), approveBy(ALICE));
    expect(authority(item, imageOf(item), { id: ALICE, groups: [] })).toEqual(no('already approved'));
    expect(authority(item, imageOf(item), { id: BOB, groups: [] })).toEqual({ may: true });
  });

  test('nobody, where no rule is recorded', () => {
    const item = offered();
    const { rule: _, ...bare } = imageOf(item);
    expect(authority(item, bare, { id: ALICE, groups: [] })).toEqual(no('not an approver'));
  });
});

describe('do the recorded approvals fit the recorded rule?', () => {
  const by = (id: string, group?: string): Approval => ({
    by: id,
    at: START,
    ...(group && { group: { id: group } }),
  });
  const groups = { approvers: { users: [], userGroups: [GROUP] } };

  test.each<[string, Partial<RecordedRule>, readonly Approval[], boolean]>([
    ['none', {}, [], false],
    ['one of one', {}, [by(ALICE)], true],
    ['one of two', { approvals: 2 }, [by(ALICE)], false],
    ['two of two', { approvals: 2 }, [by(ALICE), by(BOB)], true],
    ['one person twice', { approvals: 2 }, [by(ALICE), by(ALICE)], false],
    ['one person twice, where one is enough', {}, [by(ALICE), by(ALICE)], false],
    ['more than needed', {}, [by(ALICE), by(BOB)], true],
    ['somebody the rule does not name', {}, [by(CAROL)], false],
    ['somebody not named beside enough who are', {}, [by(ALICE), by(CAROL)], false],
    ["the requester's own", { approvers: { users: [OTTO], userGroups: [] } }, [by(OTTO)], false],
    [
      "the requester's own, where allowed",
      { selfApproval: true, approvers: { users: [OTTO], userGroups: [] } },
      [by(OTTO)],
      true,
    ],
    ['by the group', groups, [by(CAROL, GROUP)], true],
    ['by a group the rule does not name', groups, [by(CAROL, 'S0ELSE')], false],
    ['somebody without the group recorded', groups, [by(CAROL)], false],
    ['none, where the rule needs nobody', { decision: 'auto', approvals: 0 }, [], true],
  ])('%s: %#', (_, rule, approvals, expected) => {
    const item = offered(1, rule);
    expect(approvalsFit(item, { ...imageOf(item), rule: sampleRule(rule), approvals })).toBe(expected);
  });

  test('never without a rule or without the digest that was approved', () => {
    const item = decided(offered(), approveBy(ALICE));
    const { rule: _, ...noRule } = imageOf(item);
    const { targetDigest: __, ...noDigest } = imageOf(item);
    expect([
      approvalsFit(item, imageOf(item)),
      approvalsFit(item, noRule),
      approvalsFit(item, noDigest),
    ]).toEqual([true, false, false]);
  });
});
