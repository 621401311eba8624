import type { RecordedGate } from './gate.ts';

/** Members and user groups of Slack, by their ids. */
export interface People {
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
}

/** The rule that applied when the image was offered; the worker checks approvals against it again. */
export interface RecordedRule {
  readonly name: string;
  /** What of the image the rule matched, in words: why these people are asked. */
  readonly matched?: string;
  readonly decision: 'auto' | 'approve';
  readonly approvals: number;
  readonly selfApproval: boolean;
  readonly approvers: People;
  /** Asked as well, and may decide too, once the image's escalation was said. */
  readonly escalateTo?: People;
  /** Who may let it in alone, with a reason, and owes a review for it. */
  readonly breakGlass?: People;
  /** Who may decide by `mirror decide`: which AWS identity is which member. */
  readonly byCommand?: readonly { readonly arn: string; readonly user: string }[];
  /** It lets in by itself, and asked people this time: until when the digest is too new, or that it is no patch. */
  readonly notAuto?: { readonly why: 'young'; readonly until: number } | { readonly why: 'no patch' };
  /** The rule whose credentials read the source, where it is another one. */
  readonly readAs?: string;
  /** Absent = the scan holds nothing back. */
  readonly gate?: RecordedGate;
  /** Which configuration said so: the first 12 hex digits of its hash. */
  readonly configHash: string;
}
