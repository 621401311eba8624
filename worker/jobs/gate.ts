import { exceptionsOf } from '../../core/config/gate.ts';
import { remindersOf } from '../../core/config/reminders.ts';
import { type GateScan, judge } from '../../core/request/gate.ts';
import type { Image } from '../../core/request/image.ts';
import type { ScanOutcome } from '../../core/request/input.ts';
import type { WorkerDeps } from '../deps.ts';

const HOUR_MS = 3_600_000;

/**
 * What the gate recorded with a pushed image says to its scan, and when people are reminded if it is held. Any other image
 * has nothing to ask.
 */
export function askGate(
  { clock, config }: Pick<WorkerDeps, 'clock' | 'config'>,
  { rule, state }: Image,
  scan: GateScan,
): Pick<ScanOutcome, 'verdict' | 'reminders'> {
  if (state !== 'pushed' || !rule?.gate) return {};
  const now = clock.now();
  const verdict = judge(rule.gate, scan, { exceptions: exceptionsOf(config, rule.name), now });
  if (verdict.verdict === 'passed') return { verdict };
  const set = config.rules.find(({ name }) => name === rule.name);
  // Whoever is asked as well after a while is asked in the approvers' stead, so not in that of the gate's own people.
  const escalation = rule.gate.releasers ? undefined : set?.escalation;
  const timing = {
    expiresAfterMs: rule.gate.expiresAfterMs,
    ...(set && set.remindAfterHours > 0 && { remindAfterMs: set.remindAfterHours * HOUR_MS }),
    ...(escalation && { escalateAfterMs: escalation.afterHours * HOUR_MS }),
  };
  return { verdict, reminders: remindersOf(config.hours, timing, now) };
}
