/** A token bucket: `perSecond` flow in, at most `burst` are saved up. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Default quotas of an account in a Region (ECR user guide, "Amazon ECR service quotas"; PutImage:
 * cdklabs/cdk-ecr-deployment). They can be raised, and AWS may have: a test sets its own.
 */
export const AWS_RATES: Readonly<Record<string, Rate>> = {
  'ecr:BatchCheckLayerAvailability': { perSecond: 1000, burst: 1000 },
  'ecr:BatchGetImage': { perSecond: 2000, burst: 2000 },
  'ecr:CompleteLayerUpload': { perSecond: 100, burst: 100 },
  'ecr:GetAuthorizationToken': { perSecond: 20, burst: 200 },
  'ecr:GetDownloadUrlForLayer': { perSecond: 3000, burst: 3000 },
  'ecr:InitiateLayerUpload': { perSecond: 100, burst: 100 },
  'ecr:PutImage': { perSecond: 10, burst: 10 },
  'ecr:UploadLayerPart': { perSecond: 500, burst: 500 },
};

export interface RateLimits {
  /** False: the caller is throttled, and nothing was taken. */
  take(action: string): boolean;
}

/** One bucket an action, shared by both planes; an action without a rate is not limited. `now` in epoch milliseconds. */
export function createRateLimits(rates: Readonly<Record<string, Rate>>, now: () => number): RateLimits {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (action) => {
      const rate = rates[action];
      if (!rate) return true;
      const at = now();
      const bucket = buckets.get(action) ?? { left: rate.burst, at };
      const left = Math.min(rate.burst, bucket.left + ((at - bucket.at) / 1000) * rate.perSecond);
      const granted = left >= 1;
      buckets.set(action, { left: granted ? left - 1 : left, at });
      return granted;
    },
  };
}
