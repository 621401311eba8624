import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { seconds, type Wire } from '../wire.ts';
import type { Operation } from './operation.ts';

export const getAuthorizationToken: Operation = ({ world, principal }) => {
  const { authorizationToken, expiresAt } = world.tokens.issue(principal);
  // The proxy endpoint is the caller's own registry under its real name: a client that takes it for the
  // address of its target fails here as it would with a target in another account.
  const proxyEndpoint = `https://${world.accountId}.dkr.ecr.${world.region}.amazonaws.com`;
  const data = { authorizationToken, expiresAt: seconds(expiresAt), proxyEndpoint };
  return { authorizationData: [data] } satisfies Wire<GetAuthorizationTokenResponse>;
};
