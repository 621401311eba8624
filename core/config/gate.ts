import type { Exception, RecordedGate } from '../request/gate.ts';
import type { Config, Gate, Rule } from './schema.ts';

const HOUR_MS = 3_600_000;

/** The scan gate of a rule: its own, else the configuration's; undefined = nothing is held back. */
export function gateOf(config: Pick<Config, 'gate'>, rule: Pick<Rule, 'gate'>): Gate | undefined {
  if (rule.gate === 'off') return undefined;
  return rule.gate ?? config.gate;
}

/** The part of it that is recorded with an image; exceptions count as they are when the scan is looked at. */
export function recordedGate({ expiresAfterHours, releasers, ...gate }: Gate): RecordedGate {
  const { onlyFixable, severity, unavailable, unrated } = gate;
  return {
    severity,
    onlyFixable,
    unrated,
    unavailable,
    ...(releasers && { releasers }),
    expiresAfterMs: expiresAfterHours * HOUR_MS,
  };
}

/** What does not hold an image of this rule, as the configuration says now: an exception may come after the offer. */
export function exceptionsOf(
  config: Pick<Config, 'gate' | 'rules'>,
  rule: string | undefined,
): readonly Exception[] {
  const found = config.rules.find(({ name }) => name === rule);
  return (found ? gateOf(config, found) : config.gate)?.exceptions ?? [];
}
