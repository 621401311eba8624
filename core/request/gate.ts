import {
  countSeverities,
  distinct,
  type Finding,
  SEVERITIES,
  type Severity,
  type SeverityCounts,
} from './findings.ts';
import type { People } from './recorded-rule.ts';

/** The severities a gate can begin at, worst first. */
export const GATE_SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type GateSeverity = (typeof GATE_SEVERITIES)[number];

/**
 * The scan gate of a rule, as recorded with an image when it was offered: between the push of all bytes and the tag the
 * findings are waited for, and what it says no to is held.
 */
export interface RecordedGate {
  /** Findings of this severity and worse hold the image. */
  readonly severity: GateSeverity;
  /** Only findings for which the scanner names a fixed version. */
  readonly onlyFixable: boolean;
  /** Findings that nobody has rated yet (UNDEFINED, UNTRIAGED). */
  readonly unrated: 'hold' | 'pass';
  /** An image, or a platform of it, for which there are no findings. */
  readonly unavailable: 'hold' | 'pass';
  /** Who may release a held image; absent = the rule's approvers. */
  readonly releasers?: People;
  /** What is held is left untagged after this long. */
  readonly expiresAfterMs: number;
}

/** A vulnerability that does not hold anything, until the end of a day (UTC) or for good. */
export interface Exception {
  readonly id: string;
  /** `2026-12-31` */
  readonly until?: string | undefined;
}

/** What the scans of an image brought, all platforms together. */
export interface GateScan {
  readonly findings: readonly Finding[];
  /** Platforms without findings of their own, or the whole image, with the reason in words. */
  readonly missing: readonly { readonly platform: string; readonly why: string }[];
}

/** What the gate said, and why; `held` names what a person has to look at. */
export interface GateVerdict {
  readonly verdict: 'passed' | 'held';
  /** The findings that hold it, each vulnerability once. */
  readonly holding: {
    readonly counts: SeverityCounts;
    readonly total: number;
    readonly top: readonly Omit<Finding, 'title' | 'uri'>[];
  };
  /** What could not be looked at, where that holds it. */
  readonly unscanned: readonly { readonly platform: string; readonly why: string }[];
  /** Findings that would hold it but for an exception: at most `EXCEPTIONS_SHOWN` of their ids. */
  readonly excepted?: readonly string[];
}

/** The item holds no more of these; the full findings are a row beside it. */
const TOP = 5;
const UNSCANNED_SHOWN = 5;
export const EXCEPTIONS_SHOWN = 10;

/**
 * Does the gate let it through? Pure. A vulnerability that several platforms have counts once, as bad as it is anywhere.
 * `now` in epoch ms, for exceptions that end.
 */
export function judge(
  gate: RecordedGate,
  scan: GateScan,
  { exceptions, now }: { readonly exceptions: readonly Exception[]; readonly now: number },
): GateVerdict {
  const excepted = new Set(exceptions.filter((each) => isInForce(each, now)).map(({ id }) => id));
  const against = distinct(scan.findings.filter((finding) => holds(gate, finding)));
  const holding = against.filter(({ id }) => !excepted.has(id));
  const spared = against.filter(({ id }) => excepted.has(id)).map(({ id }) => id);
  const unscanned = gate.unavailable === 'hold' ? scan.missing.slice(0, UNSCANNED_SHOWN) : [];
  return {
    verdict: holding.length + unscanned.length > 0 ? 'held' : 'passed',
    holding: {
      counts: countSeverities(holding),
      total: holding.length,
      top: holding.slice(0, TOP).map(({ title: _, uri: __, ...finding }) => finding),
    },
    unscanned,
    ...(spared.length > 0 && { excepted: spared.slice(0, EXCEPTIONS_SHOWN) }),
  };
}

function holds(gate: RecordedGate, { fixedIn, severity }: Finding): boolean {
  if (gate.onlyFixable && fixedIn === undefined) return false;
  if (UNRATED.has(severity)) return gate.unrated === 'hold';
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(gate.severity);
}
const UNRATED: ReadonlySet<Severity> = new Set(['UNDEFINED', 'UNTRIAGED']);

const DAY_MS = 86_400_000;
const isInForce = ({ until }: Exception, now: number): boolean =>
  until === undefined || now < Date.parse(until) + DAY_MS;
