import { describe, expect, test } from '@jest/globals';
import { cronProblem, nextSlot, period, slotDue } from '../../../core/schedule/cron.ts';

const at = (text: string): number => Date.parse(text);
const shown = (slot: number | undefined): string | undefined =>
  slot === undefined ? undefined : new Date(slot).toISOString();

describe('the next slot', () => {
  test.each([
    ['Monday at two', '0 2 * * 1', 'UTC', '2026-11-24T09:00:00Z', '2026-11-30T02:00:00.000Z'],
    [
      'after a slot comes the next, not the same',
      '0 2 * * 1',
      'UTC',
      '2026-11-30T02:00:00Z',
      '2026-12-07T02:00:00.000Z',
    ],
    ['in a time zone', '0 2 * * 1', 'Europe/Berlin', '2026-11-24T09:00:00Z', '2026-11-30T01:00:00.000Z'],
    ['Sunday is 0, and 7', '0 2 * * 7', 'UTC', '2026-11-24T09:00:00Z', '2026-11-29T02:00:00.000Z'],
    ['every quarter of an hour', '*/15 * * * *', 'UTC', '2026-11-24T09:01:00Z', '2026-11-24T09:15:00.000Z'],
    // POSIX: with both days named either is enough.
    [
      'the first of a month or a Monday',
      '0 2 1 * 1',
      'UTC',
      '2026-11-24T09:00:00Z',
      '2026-11-30T02:00:00.000Z',
    ],
    ['the same, on the first', '0 2 1 * 1', 'UTC', '2026-11-30T03:00:00Z', '2026-12-01T02:00:00.000Z'],
  ])('%s', (_name, cron, timeZone, after, next) => {
    expect(shown(nextSlot({ cron, timeZone }, at(after)))).toBe(next);
  });
});

/** Clocks of Berlin go on from 2 to 3 on 29 March 2026, and back from 3 to 2 on 25 October 2026; those of New York on 8 March. */
describe('when the clock changes', () => {
  test.each([
    [
      'the week before is still winter time',
      '30 2 * * 0',
      'Europe/Berlin',
      '2026-03-16T00:00:00Z',
      '2026-03-22T01:30:00.000Z',
    ],
    [
      'what is due in the hour that is left out is due right after it',
      '30 2 * * 0',
      'Europe/Berlin',
      '2026-03-23T00:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'the week after is summer time',
      '30 2 * * 0',
      'Europe/Berlin',
      '2026-03-30T00:00:00Z',
      '2026-04-05T00:30:00.000Z',
    ],
    [
      'an hour that comes twice counts once, the first time',
      '30 2 * * 0',
      'Europe/Berlin',
      '2026-10-19T00:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'and not again an hour later',
      '30 2 * * 0',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-11-01T01:30:00.000Z',
    ],
    [
      'the day goes on at its own time',
      '0 4 * * *',
      'Europe/Berlin',
      '2026-10-25T00:00:00Z',
      '2026-10-25T03:00:00.000Z',
    ],
    [
      'Monday at two, the day after',
      '0 2 * * 1',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-30T00:00:00.000Z',
    ],
    [
      'New York leaves its own hour out',
      '30 2 * * 0',
      'America/New_York',
      '2026-03-02T12:00:00Z',
      '2026-03-08T07:00:00.000Z',
    ],
    [
      'a zone without a change has none',
      '30 2 * * 0',
      'Asia/Tokyo',
      '2026-03-23T00:00:00Z',
      '2026-03-28T17:30:00.000Z',
    ],
  ])('%s', (_name, cron, timeZone, after, next) => {
    expect(shown(nextSlot({ cron, timeZone }, at(after)))).toBe(next);
  });
});

describe('the slot that is due', () => {
  const weekly = { cron: '0 2 * * 1', timeZone: 'UTC' };
  test.each([
    ['none before its time', weekly, '2026-11-24T09:00:00Z', '2026-11-30T01:59:59Z', undefined],
    ['at its time', weekly, '2026-11-24T09:00:00Z', '2026-11-30T02:00:00Z', '2026-11-30T02:00:00.000Z'],
    ['once', weekly, '2026-11-30T02:00:00Z', '2026-11-30T02:05:00Z', undefined],
    [
      'of three that were missed the newest',
      weekly,
      '2026-11-24T09:00:00Z',
      '2026-12-16T00:00:00Z',
      '2026-12-14T02:00:00.000Z',
    ],
    [
      'of a whole year of minutes the newest',
      { cron: '* * * * *', timeZone: 'UTC' },
      '2025-11-24T09:00:00Z',
      '2026-11-24T09:00:30Z',
      '2026-11-24T09:00:00.000Z',
    ],
  ])('%s', (_name, when, last, now, due) => {
    expect(shown(slotDue(when, { last: at(last), now: at(now) }))).toBe(due);
  });
});

test.each([
  ['0 2 * * 1', 7],
  ['0 2 * * *', 1],
  ['0 2 1,15 * *', 17],
])('the longest pause of %s is %d days', (cron, days) => {
  expect(period({ cron, timeZone: 'UTC' }, at('2026-11-24T00:00:00Z'))).toBe(days * 86_400_000);
});

describe('a text that is no cron', () => {
  test.each([
    ['too few fields', '0 2 * *', 'five fields are expected'],
    ['seconds', '0 0 2 * * 1', 'five fields are expected'],
    ['nothing', '', 'five fields are expected'],
    ['more than POSIX has', '0 2 L * *', 'L is no field of POSIX cron'],
    ['an hour that is none', '0 25 * * *', ''],
    ['a word', '@weekly * * * *', '@weekly is no field of POSIX cron'],
    ['a day that never comes', '0 2 31 2 *', 'there is no such day'],
  ])('%s', (_name, cron, says) => {
    expect(cronProblem(cron)).toContain(says);
  });

  test.each(['0 2 * * 1', '*/15 0-6 1,15 JAN-MAR MON'])('%s is one', (cron) => {
    expect(cronProblem(cron)).toBeUndefined();
  });
});
