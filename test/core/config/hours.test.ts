import { describe, expect, test } from '@jest/globals';
import { afterQuiet, afterWorking, type Hours, isQuiet, isTimeZone } from '../../../core/config/hours.ts';
import { remindersOf } from '../../../core/config/reminders.ts';

const HOUR = 3_600_000;
const BERLIN: Hours = {
  timeZone: 'Europe/Berlin',
  workingDays: [1, 2, 3, 4, 5],
  working: { from: '09:00', to: '17:00' },
  quiet: { from: '20:00', to: '07:00' },
};
/** 2026: Monday the 5th of January. Berlin is an hour ahead of UTC then. */
const at = (text: string): number => Date.parse(`2026-${text}:00+01:00`);
const shown = (time: number): string => new Date(time + HOUR).toISOString().slice(5, 16);

describe('four working hours', () => {
  test.each<[string, string, string]>([
    ['in the morning of a day', '01-05T09:00', '01-05T13:00'],
    ['begun in the evening count from the next morning', '01-05T22:00', '01-06T13:00'],
    ['begun in the afternoon go on the next day', '01-05T15:00', '01-06T11:00'],
    ['begun on a Friday afternoon go on on Monday', '01-09T15:30', '01-12T11:30'],
    ['begun on a Saturday are those of Monday', '01-10T12:00', '01-12T13:00'],
    ['begun between two steps of the clock are exact', '01-05T09:03', '01-05T13:03'],
  ])('%s', (_, from, to) => {
    expect(shown(afterWorking(BERLIN, at(from), 4 * HOUR))).toBe(to);
  });

  test('are four by the local clock on the day it changes', () => {
    // 2026-03-29, 02:00 becomes 03:00; a Sunday, made a working day here.
    const sunday = { ...BERLIN, workingDays: [7], working: { from: '00:00', to: '08:00' } };
    const midnight = Date.parse('2026-03-29T00:00:00+01:00');
    const done = afterWorking({ ...sunday, quiet: undefined }, midnight, 4 * HOUR);
    expect(new Date(done).toISOString()).toBe('2026-03-29T03:00:00.000Z');
  });
});

describe('quiet hours', () => {
  test.each<[string, boolean]>([
    ['01-05T19:59', false],
    ['01-05T20:00', true],
    ['01-06T03:00', true],
    ['01-06T06:59', true],
    ['01-06T07:00', false],
  ])('at %s: %s', (time, quiet) => {
    expect(isQuiet(BERLIN, at(time))).toBe(quiet);
  });

  test('end in the morning, and where there are none nothing is put off', () => {
    expect(shown(afterQuiet(BERLIN, at('01-05T23:17')))).toBe('01-06T07:00');
    expect(afterQuiet({ ...BERLIN, quiet: undefined }, at('01-05T23:17'))).toBe(at('01-05T23:17'));
  });

  test('that never end, and days that never come, do not hang anybody', () => {
    const always = { ...BERLIN, quiet: { from: '00:00', to: '24:00' } };
    expect(afterQuiet(always, at('01-05T12:00'))).toBeGreaterThan(at('01-05T12:00'));
    expect(afterWorking({ ...BERLIN, workingDays: [] }, at('01-05T12:00'), HOUR)).toBeGreaterThan(0);
  });
});

describe('the instants of an image', () => {
  const timing = { expiresAfterMs: 7 * 24 * HOUR, remindAfterMs: 4 * HOUR, escalateAfterMs: 10 * HOUR };
  const plan = (from: string, over = {}) =>
    remindersOf(BERLIN, { ...timing, ...over }, at(from)).map(({ as, at: time }) => `${as} ${shown(time)}`);

  test('by day: a reminder, then more people', () => {
    expect(plan('01-05T10:00')).toEqual(['reminder 01-05T14:00', 'escalation 01-06T12:00']);
  });

  test('at night: the morning first, since the card names nobody', () => {
    expect(plan('01-05T23:00')).toEqual([
      'morning 01-06T07:00',
      'reminder 01-06T13:00',
      'escalation 01-07T11:00',
    ]);
  });

  test('that would come after the image’s end are left out, and so are those nobody wants', () => {
    expect(plan('01-05T10:00', { expiresAfterMs: 5 * HOUR })).toEqual(['reminder 01-05T14:00']);
    expect(remindersOf(BERLIN, { expiresAfterMs: HOUR }, at('01-05T10:00'))).toEqual([]);
  });

  test('are never quiet, whenever it is offered', () => {
    for (let hour = 0; hour < 24 * 8; hour += 1) {
      const now = at('01-05T00:00') + hour * HOUR + 7 * 60_000;
      for (const each of remindersOf(BERLIN, timing, now)) {
        expect(isQuiet(BERLIN, each.at)).toBe(false);
        expect(each.at).toBeGreaterThanOrEqual(now);
      }
    }
  });
});

test('a time zone is one that the runtime knows', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
