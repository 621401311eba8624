import { ECRClient, type ECRClientConfig } from '@aws-sdk/client-ecr';

/** One registry: an account's ECR in one Region. */
export interface EcrDestination {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Of the control API, where it is not AWS's own. */
  readonly endpoint?: string | undefined;
}

/** A registry with a client that reaches it; what every function of this folder takes first. */
export interface Ecr {
  readonly client: ECRClient;
  readonly account: string;
  readonly region: string;
}

export interface EcrClientOptions {
  /** Default: the SDK's chain (environment, profile, container, instance). */
  readonly credentials?: ECRClientConfig['credentials'];
  /** Tries in all; default 8: the SDK's own three give up on throttling after about two seconds. */
  readonly maxAttempts?: number;
}

export function createEcr(destination: EcrDestination, options: EcrClientOptions = {}): Ecr {
  const { account, region, endpoint } = destination;
  const { credentials, maxAttempts = 8 } = options;
  const client = new ECRClient({
    region,
    maxAttempts,
    retryMode: 'adaptive',
    // The SDK's default waits for ever for an answer that does not come.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  return { client, account, region };
}
