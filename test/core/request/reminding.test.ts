import { describe, expect, test } from '@jest/globals';
import { due } from '../../../core/request/due.ts';
import { authority } from '../../../core/request/policy.ts';
import { remindDue, type Reminder } from '../../../core/request/reminding.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  answerAt,
  approveBy,
  decided,
  decidedAt,
  HOUR,
  offered,
  OTTO,
  START,
} from './sample-request.ts';

const BOSS = 'U0BOSS';
const reminders: readonly Reminder[] = [
  { as: 'reminder', at: START + 4 * HOUR },
  { as: 'escalation', at: START + 8 * HOUR },
];
const remind = { kind: 'remind' } as const;

function waiting(images = 1, over: readonly Reminder[] = reminders): RequestItem {
  const item = offered(images, { escalateTo: { users: [BOSS], userGroups: [] }, approvals: 2 });
  return {
    ...item,
    images: Object.fromEntries(
      Object.entries(item.images).map(([id, image]) => [id, { ...image, reminders: over }]),
    ),
  };
}
const said = (item: RequestItem) =>
  item.events.flatMap((event) => (event.type === 'reminded' ? [`${event.as} ${event.images}`] : []));

describe('a reminder', () => {
  test('is said when its instant is there, not before, and once', () => {
    const item = waiting();
    expect(answerAt(item, START + 4 * HOUR - 1, remind)).toBe('nothing to remind of');
    const once = decidedAt(item, START + 4 * HOUR, remind);
    expect(said(once)).toEqual(['reminder 1']);
    expect(answerAt(once, START + 5 * HOUR, remind)).toBe('nothing to remind of');
  });

  test('of several images is one line', () => {
    expect(said(decidedAt(waiting(3), START + 4 * HOUR, remind))).toEqual(['reminder 1,2,3']);
  });

  test('that came too late together is one line a kind', () => {
    expect(said(decidedAt(waiting(), START + 9 * HOUR, remind))).toEqual(['reminder 1', 'escalation 1']);
  });

  test('changes nothing of what waits: silence decides nothing', () => {
    const item = decidedAt(waiting(), START + 9 * HOUR, remind);
    expect(item.images['1']).toMatchObject({ state: 'ready', approvals: [] });
    expect(item.state).toBe('pending');
  });

  test('is not said of what is decided, also where others of the list wait', () => {
    const list = decided(waiting(2), { kind: 'deny', by: ALICE, images: ['1'] });
    expect(said(decidedAt(list, START + 4 * HOUR, remind))).toEqual(['reminder 2']);
    const none = decided(waiting(), { kind: 'deny', by: ALICE, images: ['1'] });
    expect(answerAt(none, START + 4 * HOUR, remind)).toBe('nothing to remind of');
  });
});

describe('the tick finds it', () => {
  const told = (item: RequestItem): RequestItem => ({
    ...item,
    notifier: { ...item.notifier, cursor: { event: item.events.length, delivery: 0 } },
  });
  test('by the first instant that is not said', () => {
    const item = told(waiting());
    expect(remindDue(item)).toBe(START + 4 * HOUR);
    expect(due(item, DEFAULT_TIMING)).toBe(START + 4 * HOUR);
    const once = told(decidedAt(item, START + 4 * HOUR, remind));
    expect(due(once, DEFAULT_TIMING)).toBe(START + 8 * HOUR);
  });

  test('no more when all is said or decided', () => {
    const all = decidedAt(waiting(), START + 9 * HOUR, remind);
    expect(remindDue(all)).toBeUndefined();
    expect(remindDue(decided(waiting(), { kind: 'cancel', by: OTTO }))).toBeUndefined();
    expect(remindDue(offered())).toBeUndefined();
  });
});

describe('escalation', () => {
  const boss = { id: BOSS, groups: [] };
  const mayAt = (item: RequestItem): boolean => {
    const image = item.images['1'];
    return image !== undefined && authority(item, image, boss).may;
  };
  test('lets more people decide, from when they were asked on', () => {
    const item = waiting();
    expect(mayAt(item)).toBe(false);
    expect(mayAt(decidedAt(item, START + 4 * HOUR, remind))).toBe(false);
    expect(mayAt(decidedAt(item, START + 8 * HOUR, remind))).toBe(true);
  });

  test('their approval counts before the first byte moves', () => {
    const asked = decidedAt(waiting(), START + 8 * HOUR, remind);
    const both = decidedAt(
      decidedAt(asked, START + 9 * HOUR, approveBy(BOSS)),
      START + 9 * HOUR,
      approveBy(ALICE),
    );
    expect(both.images['1']?.state).toBe('queued');
    const claimed = decidedAt(both, START + 9 * HOUR, { kind: 'claim', image: '1', owner: 'w' });
    expect(claimed.images['1']?.state).toBe('copying');
  });
});
