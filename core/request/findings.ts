import type { FindingsChange } from './changes.ts';

/** Worst first. ECR's basic scanning knows the first six; Amazon Inspector adds UNTRIAGED, not yet rated. */
export const SEVERITIES = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW',
  'INFORMATIONAL',
  'UNDEFINED',
  'UNTRIAGED',
] as const;
export type Severity = (typeof SEVERITIES)[number];
export type SeverityCounts = Readonly<Partial<Record<Severity, number>>>;

/** One vulnerability in one package of one platform's image. */
export interface Finding {
  /** `CVE-2022-37434`, or whatever the scanner calls it. */
  readonly id: string;
  readonly severity: Severity;
  readonly package?: string;
  readonly version?: string;
  /** The first version without it; missing where the scanner names none. */
  readonly fixedIn?: string;
  readonly title?: string;
  readonly uri?: string;
}

/** What a scan of one digest found. */
export interface ScanFindings {
  /** As the scanner counts: a vulnerability in two packages counts twice. */
  readonly counts: SeverityCounts;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** When the scan ended, in epoch milliseconds; it may be older than the push. */
  readonly completedAt?: number;
}

/** The part of the findings that the item itself holds; the full list is a row beside it. */
export interface FindingsSummary {
  readonly completedAt?: number;
  readonly counts: SeverityCounts;
  readonly top: readonly Omit<Finding, 'title' | 'uri'>[];
  readonly total: number;
  /** `linux/amd64`, ... : what was scanned. */
  readonly platforms: readonly string[];
  /** The counts of each platform, where they are not all the same. */
  readonly byPlatform?: readonly {
    readonly platform: string;
    readonly counts: SeverityCounts;
  }[];
  /** Against the image before, where both were scanned. */
  readonly change?: FindingsChange;
  /** Platforms without findings of their own, with the reason in words. */
  readonly missing: readonly { readonly platform: string; readonly why: string }[];
}

/** Text of a scanner to Severity; what is not known counts as UNDEFINED, never as nothing. */
export function parseSeverity(text: string | undefined): Severity {
  const upper = text?.toUpperCase();
  return SEVERITIES.find((severity) => severity === upper) ?? 'UNDEFINED';
}

/** By severity, then those with a fix, then by id, so that the same findings always read the same. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(compare);
}

/** Adds counts up by severity; only severities that occur have a key. */
export function sumSeverities(all: readonly SeverityCounts[]): SeverityCounts {
  const sum: Partial<Record<Severity, number>> = {};
  for (const severity of SEVERITIES) {
    const total = all.reduce((count, counts) => count + (counts[severity] ?? 0), 0);
    if (total > 0) sum[severity] = total;
  }
  return sum;
}

export interface DistinctFindings {
  readonly counts: SeverityCounts;
  /** One a vulnerability, worst first. */
  readonly findings: readonly Finding[];
  readonly total: number;
}

/**
 * A multi-platform image's findings with each vulnerability once, however many platforms and packages
 * have it. Rated differently it counts as the worst of them.
 */
export function distinctAcross(platforms: readonly Pick<ScanFindings, 'findings'>[]): DistinctFindings {
  const findings = distinct(platforms.flatMap((each) => each.findings));
  return { counts: countSeverities(findings), findings, total: findings.length };
}

/** One a vulnerability, the worst form of it; worst first. */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const byId = new Map<string, Finding>();
  for (const finding of worstFirst(findings)) if (!byId.has(finding.id)) byId.set(finding.id, finding);
  return [...byId.values()];
}

export function countSeverities(findings: readonly Finding[]): SeverityCounts {
  return sumSeverities(findings.map(({ severity }) => ({ [severity]: 1 })));
}

function compare(a: Finding, b: Finding): number {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  const byFix = Number(b.fixedIn !== undefined) - Number(a.fixedIn !== undefined);
  if (byFix !== 0) return byFix;
  return compareText(a.id, b.id) || compareText(a.package ?? '', b.package ?? '');
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
