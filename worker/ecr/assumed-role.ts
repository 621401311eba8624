import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Destination } from '../../core/config/schema.ts';
import { createEcr, type Ecr, type EcrClientOptions } from './client.ts';

type Credentials = NonNullable<EcrClientOptions['credentials']>;

/** A role taken by a role lives for an hour at most, whatever it says itself (IAM user guide, "Role chaining"). */
const SESSION_SECONDS = 3_600;

interface AssumedRoleOptions {
  /** Whose STS is asked: that of the destination's Region, which answers where the Region is one to opt in to. */
  readonly region: string;
  /** Of the process itself; default the SDK's chain. */
  readonly own?: Credentials;
}

/** Credentials of a role in the destination's account, taken when they are needed and again before they end. */
function assumedRole(roleArn: string, { region, own }: AssumedRoleOptions): Credentials {
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: 'mirror-worker', DurationSeconds: SESSION_SECONDS },
    clientConfig: { region },
    ...(own && { masterCredentials: own }),
  });
}

/** A destination of the configuration as the worker reaches it: in another account by its role. */
export function destinationEcr(destination: Destination, options: EcrClientOptions = {}): Ecr {
  const { region, role } = destination;
  if (role === undefined) return createEcr(destination, options);
  const { credentials: own } = options;
  return createEcr(destination, {
    ...options,
    credentials: assumedRole(role, { region, ...(own && { own }) }),
  });
}
