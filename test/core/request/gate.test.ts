import { describe, expect, test } from '@jest/globals';
import type { Finding, Severity } from '../../../core/request/findings.ts';
import { EXCEPTIONS_SHOWN, type GateScan, judge, type RecordedGate } from '../../../core/request/gate.ts';
import { SEVERITIES } from '../../../core/request/findings.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const gate = (over: Partial<RecordedGate> = {}): RecordedGate => ({
  severity: 'HIGH',
  onlyFixable: false,
  unrated: 'pass',
  unavailable: 'hold',
  expiresAfterMs: 1,
  ...over,
});
const finding = (severity: Severity, over: Partial<Finding> = {}): Finding => ({
  id: `CVE-${severity}`,
  severity,
  package: 'zlib',
  version: '1.2',
  title: 'long words',
  uri: 'https://example.test',
  ...over,
});
const scan = (findings: readonly Finding[], missing: GateScan['missing'] = []): GateScan => ({
  findings,
  missing,
});
const said = (
  over: Partial<RecordedGate>,
  given: GateScan,
  exceptions: Parameters<typeof judge>[2]['exceptions'] = [],
) => judge(gate(over), given, { exceptions, now: NOW });

describe('which findings hold', () => {
  test.each([
    ['CRITICAL', 'CRITICAL'],
    ['HIGH', 'CRITICAL HIGH'],
    ['MEDIUM', 'CRITICAL HIGH MEDIUM'],
    ['LOW', 'CRITICAL HIGH MEDIUM LOW'],
  ] as const)('from %s on: %s', (severity, holding) => {
    const held = SEVERITIES.filter((each) => said({ severity }, scan([finding(each)])).verdict === 'held');
    expect(held.join(' ')).toBe(holding);
  });

  test('what nobody has rated holds only where the gate says so', () => {
    for (const severity of ['UNDEFINED', 'UNTRIAGED'] as const) {
      expect(said({}, scan([finding(severity)])).verdict).toBe('passed');
      expect(said({ unrated: 'hold' }, scan([finding(severity)])).verdict).toBe('held');
    }
    expect(said({ unrated: 'hold' }, scan([finding('MEDIUM'), finding('INFORMATIONAL')])).verdict).toBe(
      'passed',
    );
  });

  test('with onlyFixable, what has no fixed version does not', () => {
    const without = finding('CRITICAL');
    const fixed = finding('HIGH', { fixedIn: '1.3' });
    expect(said({ onlyFixable: true }, scan([without])).verdict).toBe('passed');
    expect(said({ onlyFixable: true }, scan([without, fixed])).holding).toMatchObject({
      counts: { HIGH: 1 },
      total: 1,
      top: [{ id: 'CVE-HIGH', fixedIn: '1.3' }],
    });
  });

  test('a vulnerability of several platforms counts once, as bad as it is anywhere', () => {
    const verdict = said({}, scan([finding('HIGH', { id: 'CVE-1' }), finding('CRITICAL', { id: 'CVE-1' })]));
    expect(verdict.holding).toMatchObject({ counts: { CRITICAL: 1 }, total: 1 });
  });

  test('the worst five are named, without their long texts, and all are counted', () => {
    const many = Array.from({ length: 9 }, (_, n) =>
      finding(n < 2 ? 'CRITICAL' : 'HIGH', { id: `CVE-${n}` }),
    );
    const { holding, verdict } = said({}, scan([...many, finding('LOW')]));
    expect(verdict).toBe('held');
    expect(holding).toMatchObject({ counts: { CRITICAL: 2, HIGH: 7 }, total: 9 });
    expect(holding.top.map(({ id }) => id)).toEqual(['CVE-0', 'CVE-1', 'CVE-2', 'CVE-3', 'CVE-4']);
    expect(holding.top[0]).toEqual({ id: 'CVE-0', severity: 'CRITICAL', package: 'zlib', version: '1.2' });
  });
});

describe('what could not be scanned', () => {
  const missing = [{ platform: 'linux/s390x', why: 'the scanner does not know this kind of image' }];

  test('holds the image, also where other platforms are clean', () => {
    expect(said({}, scan([], missing))).toMatchObject({ verdict: 'held', unscanned: missing });
    expect(said({}, scan([finding('LOW')], missing)).verdict).toBe('held');
  });

  test('does not where the gate lets it pass, and says nothing of it', () => {
    expect(said({ unavailable: 'pass' }, scan([], missing))).toMatchObject({
      verdict: 'passed',
      unscanned: [],
    });
    expect(said({ unavailable: 'pass' }, scan([finding('HIGH')], missing)).verdict).toBe('held');
  });
});

describe('an exception', () => {
  const high = finding('HIGH', { id: 'CVE-2023-0286' });

  test('lets its vulnerability through and is named in the verdict', () => {
    const verdict = said({}, scan([high]), [{ id: 'CVE-2023-0286' }]);
    expect(verdict).toMatchObject({ verdict: 'passed', excepted: ['CVE-2023-0286'], holding: { total: 0 } });
  });

  test('lets no other through', () => {
    const verdict = said({}, scan([high, finding('CRITICAL')]), [{ id: 'CVE-2023-0286' }]);
    expect(verdict).toMatchObject({ verdict: 'held', excepted: ['CVE-2023-0286'], holding: { total: 1 } });
  });

  test('that nobody needed is not named', () => {
    expect(said({}, scan([finding('LOW')]), [{ id: 'CVE-LOW' }])).not.toHaveProperty('excepted');
  });

  test.each([
    ['2026-01-04', 'held'],
    ['2026-01-05', 'passed'],
    ['2026-01-06', 'passed'],
  ] as const)('until %s, on the fifth: %s', (until, verdict) => {
    expect(said({}, scan([high]), [{ id: high.id, until }]).verdict).toBe(verdict);
  });

  test('a long list of them does not fill the item', () => {
    const many = Array.from({ length: 40 }, (_, n) => finding('HIGH', { id: `CVE-${n}` }));
    const verdict = said(
      {},
      scan(many),
      many.map(({ id }) => ({ id })),
    );
    expect(verdict.excepted).toHaveLength(EXCEPTIONS_SHOWN);
  });
});
