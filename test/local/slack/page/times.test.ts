import { expect, test } from '@jest/globals';
import {
  dayAndTime,
  dayName,
  formatDateTokens,
  fullTime,
  timeOfTs,
} from '../../../../local/slack/page/times.ts';

const ZONE = 'Europe/Berlin';
const at = Date.parse('2026-12-01T09:15:07Z');

test('a ts is milliseconds', () => {
  expect(timeOfTs('1796116507.000100')).toBeCloseTo(1796116507000.1);
});

test.each([
  ['{date_num}', '2026-12-01'],
  ['{date}', '1 December 2026'],
  ['{date_short} at {time}', '1 Dec 2026 at 10:15'],
  ['{date_long}', 'Tuesday 1 December 2026'],
  ['{time_secs}', '10:15:07'],
  ['expires {date_short_pretty}, {time}', 'expires tomorrow, 10:15'],
  ['{ago}', 'in 24 hours'],
])('%s is written as %s', (format, expected) => {
  expect(formatDateTokens(format, at, at - 86_400_000, ZONE)).toBe(expected);
});

test('a format with an unknown token is not written at all', () => {
  expect(formatDateTokens('{date_short} {nonsense}', at, at, ZONE)).toBeUndefined();
});

test('days near now have names, days are those of the time zone', () => {
  expect(dayName(at, at, ZONE)).toBe('Today');
  expect(dayName(Date.parse('2026-11-30T22:30:00Z'), at, ZONE)).toBe('Yesterday');
  expect(dayName(Date.parse('2026-11-30T23:30:00Z'), at, ZONE)).toBe('Today');
  expect(dayAndTime(at - 5 * 86_400_000, at, ZONE)).toBe('26 Nov at 10:15');
  expect(fullTime(at, ZONE)).toBe('Tuesday 1 December 2026 at 10:15:07');
});
