/** Action and callback ids: stored in messages for as long as they can be clicked, so they never change. */
export const IDS = {
  command: '/mirror',
  approve: 'approve',
  deny: 'deny',
  retry: 'retry',
  denyView: 'deny_reason',
  denyReasonBlock: 'reason',
  denyReasonInput: 'reason',
  decisionBlock: 'decision',
  retryBlock: 'retry',
  metadata: 'mirror_line',
} as const;
