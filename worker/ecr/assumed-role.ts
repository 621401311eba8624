import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { EcrClientOptions } from './client.ts';

type Credentials = NonNullable<EcrClientOptions['credentials']>;

/** A role taken by a role lives for an hour at most, whatever it says itself (IAM user guide, "Role chaining"). */
const SESSION_SECONDS = 3_600;

export interface AssumedRoleOptions {
  /** Whose STS is asked: that of the destination's Region, which answers where the Region is one to opt in to. */
  readonly region: string;
  /** Of the process itself; default the SDK's chain. */
  readonly own?: Credentials;
}

/** Credentials of a role in the destination's account, taken when they are needed and again before they end. */
export function assumedRole(roleArn: string, { region, own }: AssumedRoleOptions): Credentials {
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: 'mirror-worker', DurationSeconds: SESSION_SECONDS },
    clientConfig: { region },
    ...(own && { masterCredentials: own }),
  });
}
