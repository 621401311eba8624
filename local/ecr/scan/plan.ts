import type { FindingSeverity, ScanStatus } from '@aws-sdk/client-ecr';

export interface VulnerablePackage {
  readonly name: string;
  readonly version: string;
  readonly fixedIn?: string;
}

/** One vulnerability, before it gets the shape of basic or enhanced scanning. */
export interface ScriptedFinding {
  readonly id: string;
  /** A plain string: enhanced scanning also answers UNTRIAGED, which the SDK's type does not know. */
  readonly severity: FindingSeverity | 'UNTRIAGED';
  readonly package: VulnerablePackage;
  readonly title: string;
}

export type ScanResult =
  | { readonly kind: 'basic'; readonly findings: readonly ScriptedFinding[] }
  | {
      readonly kind: 'enhanced';
      readonly status: 'ACTIVE' | 'COMPLETE';
      readonly findings: readonly ScriptedFinding[];
      /** For this long after the end the scan is COMPLETE with nothing in it (aws/aws-sdk#289). */
      readonly emptyForMs?: number;
    }
  /** Any other end, such as FAILED or UNSUPPORTED_IMAGE; a status AWS adds later as well. */
  | { readonly kind: 'status'; readonly status: string; readonly description?: string };

/** How one image's scan goes, counted from its start: not found, PENDING, IN_PROGRESS, result. */
export interface ScanPlan {
  readonly pendingAfterMs: number;
  readonly runningAfterMs: number;
  readonly doneAfterMs: number;
  readonly result: ScanResult;
}

/** What a look sees at a moment. */
export type ScanView =
  | { readonly kind: 'notFound' }
  | { readonly kind: 'status'; readonly status: ScanStatus | string; readonly description?: string }
  | {
      readonly kind: 'findings';
      readonly status: 'ACTIVE' | 'COMPLETE';
      readonly format: 'basic' | 'enhanced';
      readonly findings: readonly ScriptedFinding[];
      /** Missing: COMPLETE came first, the findings follow. */
      readonly completedAt?: number;
    };

/** `startedAt` and `now` in epoch milliseconds. Pure: the same moment always looks the same. */
export function scanAt(plan: ScanPlan, startedAt: number, now: number): ScanView {
  const elapsed = now - startedAt;
  if (elapsed < plan.pendingAfterMs) return { kind: 'notFound' };
  if (elapsed < plan.runningAfterMs) return { kind: 'status', status: 'PENDING' };
  if (elapsed < plan.doneAfterMs) return { kind: 'status', status: 'IN_PROGRESS' };
  const { result } = plan;
  if (result.kind === 'status') return result;
  const completedAt = startedAt + plan.doneAfterMs;
  if (result.kind === 'basic') {
    return { kind: 'findings', status: 'COMPLETE', format: 'basic', findings: result.findings, completedAt };
  }
  if (elapsed < plan.doneAfterMs + (result.emptyForMs ?? 0)) {
    return { kind: 'findings', status: 'COMPLETE', format: 'enhanced', findings: [] };
  }
  const { status, findings } = result;
  return { kind: 'findings', status, format: 'enhanced', findings, completedAt };
}
