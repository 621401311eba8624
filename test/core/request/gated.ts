import type { GateVerdict, RecordedGate } from '../../../core/request/gate.ts';
import type { Input, ScanOutcome } from '../../../core/request/input.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { ALICE, approveBy, decided, foundScan, heldBy, HOUR, offered, START } from './sample-request.ts';

/** Requests whose rule has a scan gate. */
export const sampleGate = (over: Partial<RecordedGate> = {}): RecordedGate => ({
  severity: 'HIGH',
  onlyFixable: false,
  unrated: 'pass',
  unavailable: 'hold',
  expiresAfterMs: 24 * HOUR,
  ...over,
});

export const passedVerdict: GateVerdict = {
  verdict: 'passed',
  holding: { counts: {}, total: 0, top: [] },
  unscanned: [],
};
export const heldVerdict: GateVerdict = {
  verdict: 'held',
  holding: { counts: { HIGH: 1 }, total: 1, top: [{ id: 'CVE-1', severity: 'HIGH' }] },
  unscanned: [],
};

export const pushedInput = (owner: string, fence = 1, image = '1'): Input => ({
  ...heldBy(owner, fence, image),
  kind: 'pushed',
  repositoryUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx',
  result: {
    pushedAt: START,
    tookMs: 1_000,
    copiedBytes: 9_000_000,
    presentBytes: 0,
    pulls: 1,
    attestations: 0,
    createdRepository: false,
  },
});

export const judged = (
  verdict: GateVerdict,
  more: Pick<ScanOutcome, 'reminders'> = {},
  image = '1',
): Input => ({
  kind: 'scanned',
  scans: { [image]: { ...foundScan, verdict, ...more } },
});

export const releaseBy = (by: string, ...images: readonly string[]): Input => ({
  kind: 'release',
  by,
  images: images.length ? images : ['1'],
  reason: 'the fix is on its way',
  configHash: 'c0ffee123456',
});
export const leaveBy = (by: string, ...images: readonly string[]): Input => ({
  kind: 'leave',
  by,
  images: images.length ? images : ['1'],
  reason: 'too risky',
});

/** All bytes are there, the gate was not asked yet. */
export function pushedItem(gate: Partial<RecordedGate> = {}, rule: Partial<RecordedRule> = {}): RequestItem {
  return decided(
    offered(1, { gate: sampleGate(gate), ...rule }),
    approveBy(ALICE),
    { kind: 'claim', image: '1', owner: 'worker' },
    pushedInput('worker'),
  );
}

export const heldItem = (gate: Partial<RecordedGate> = {}, rule: Partial<RecordedRule> = {}): RequestItem =>
  decided(pushedItem(gate, rule), judged(heldVerdict));
