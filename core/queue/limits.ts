/** SQS numbers that the code and the infrastructure must agree on. */
export const QUEUE_LIMITS = {
  /** Longest DelaySeconds (SQS quotas); a longer wait lives in the item and is rung by the tick. */
  maxDelaySeconds: 900,
  longPollSeconds: 20,
  /** Extended by a heartbeat while a job runs. */
  visibilitySeconds: 60,
  visibilityHeartbeatMs: 20_000,
  /** Then the message goes to the dead-letter queue. At least 3: an aborted poll costs one receive. */
  maxReceiveCount: 5,
  retentionSeconds: 4 * 86_400,
  /** Counted from the first sending, not from the move (SQS guide, dead-letter queues): so longer than the source's. */
  deadRetentionSeconds: 14 * 86_400,
  /** How long a message in the dead-letter queue that nobody here can read is left alone: at most 12 h (SQS quotas). */
  deadLeaveSeconds: 900,
  /** How long ringing may keep a click waiting. A ring that fails is done by the tick. */
  ringTimeoutMs: 500,
} as const;
