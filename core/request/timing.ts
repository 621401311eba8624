/** Lengths of the request protocol, all in milliseconds. They are configuration (`limits.timing`). */
export interface Timing {
  /** How long a worker owns an image without a heartbeat. Must be far longer than any single step. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** A doorbell that had no effect for this long counts as lost. */
  readonly ringAfterMs: number;
  /** The tick rings the same version again after this, doubled each time. */
  readonly rungBackoffMs: number;
  readonly rungBackoffMaxMs: number;
  /** Something to say that nobody said for this long is rung again. */
  readonly sayAfterMs: number;
  /** A look-up that takes longer than this is told to the requester, with what it waits for. */
  readonly tellDelayMs: number;
  /** A copy that waits, or of which nothing moves, for longer than this says so in its thread. */
  readonly tellCopyDelayMs: number;
  /** A Slack call is aborted after this. */
  readonly postTimeoutMs: number;
  /** A post may be applied until this after it was begun; longer than the timeout. */
  readonly postDeadlineMs: number;
  /** How much later than the deadline Slack or ECR may still apply a call that we gave up. */
  readonly graceMs: number;
  /** A card is edited at most this often. */
  readonly editEveryMs: number;
  /** A line that was said again is looked for after this, for its twin that Slack applied late; people see the double. */
  readonly twinFirstLookMs: number;
  /** And once more this long after, for what a process wrote that had stood still. What comes later stays. */
  readonly twinLastLookMs: number;
  readonly resolveAttempts: number;
  readonly copyAttempts: number;
  /** Findings are waited for at most this long. */
  readonly scanMaxMs: number;
  readonly scanFirstLookMs: number;
  readonly scanLookMaxMs: number;
  /** A manifest PUT is aborted after this. */
  readonly putTimeoutMs: number;
  readonly tickMs: number;
}

export const DEFAULT_TIMING: Timing = {
  leaseMs: 120_000,
  heartbeatMs: 20_000,
  ringAfterMs: 30_000,
  rungBackoffMs: 60_000,
  rungBackoffMaxMs: 900_000,
  sayAfterMs: 5_000,
  tellDelayMs: 60_000,
  tellCopyDelayMs: 60_000,
  postTimeoutMs: 10_000,
  postDeadlineMs: 15_000,
  graceMs: 60_000,
  editEveryMs: 3_000,
  twinFirstLookMs: 120_000,
  twinLastLookMs: 1_800_000,
  resolveAttempts: 12,
  copyAttempts: 6,
  scanMaxMs: 900_000,
  scanFirstLookMs: 5_000,
  scanLookMaxMs: 60_000,
  putTimeoutMs: 30_000,
  tickMs: 60_000,
};
