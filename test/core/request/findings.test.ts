import { expect, test } from '@jest/globals';
import {
  distinctAcross,
  type Finding,
  parseSeverity,
  SEVERITIES,
  sumSeverities,
  worstFirst,
} from '../../../core/request/findings.ts';

const finding = (id: string, severity: Finding['severity'], more: Partial<Finding> = {}): Finding => ({
  id,
  severity,
  ...more,
});

test('findings are sorted by severity, then those with a fix, then by id', () => {
  const fixed = { fixedIn: '2' };
  const sorted = worstFirst([
    finding('CVE-4', 'UNTRIAGED'),
    finding('CVE-3', 'LOW'),
    finding('CVE-2', 'HIGH'),
    finding('CVE-9', 'HIGH', fixed),
    finding('CVE-1', 'HIGH'),
    finding('CVE-5', 'CRITICAL'),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(['CVE-5', 'CVE-9', 'CVE-1', 'CVE-2', 'CVE-3', 'CVE-4']);
});

test('sorting leaves what it was given alone, and the order of the input does not matter', () => {
  const given = [finding('b', 'LOW'), finding('a', 'CRITICAL')];
  const copy = [...given];
  expect(worstFirst(given)).toEqual(worstFirst([...given].reverse()));
  expect(given).toEqual(copy);
});

test('sums keep only severities that occur', () => {
  expect(sumSeverities([{ CRITICAL: 1, LOW: 0 }, { CRITICAL: 2, UNTRIAGED: 1 }, {}])).toEqual({
    CRITICAL: 3,
    UNTRIAGED: 1,
  });
  expect(sumSeverities([])).toEqual({});
});

test('a vulnerability on two platforms and in two packages counts once, at its worst', () => {
  const amd64 = {
    findings: [
      finding('CVE-1', 'LOW', { package: 'zlib' }),
      finding('CVE-1', 'HIGH', { package: 'zlib-dev' }),
      finding('CVE-2', 'MEDIUM'),
    ],
  };
  const arm64 = { findings: [finding('CVE-1', 'LOW'), finding('CVE-3', 'CRITICAL')] };
  const distinct = distinctAcross([amd64, arm64]);
  expect(distinct.counts).toEqual({ CRITICAL: 1, HIGH: 1, MEDIUM: 1 });
  expect(distinct.findings.map(({ id }) => id)).toEqual(['CVE-3', 'CVE-1', 'CVE-2']);
  expect(distinct.findings[1]?.package).toBe('zlib-dev');
  expect(distinct.total).toBe(3);
});

test.each(SEVERITIES)('%s is known, in any case', (severity) => {
  expect(parseSeverity(severity.toLowerCase())).toBe(severity);
});

test('an unknown severity, or none, is UNDEFINED', () => {
  expect([parseSeverity('NEGLIGIBLE'), parseSeverity(undefined)]).toEqual(['UNDEFINED', 'UNDEFINED']);
});
