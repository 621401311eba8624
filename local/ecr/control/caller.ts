import type { IncomingMessage } from 'node:http';
import type { EcrWorld } from '../world.ts';
import { ControlError } from './control-error.ts';

/**
 * Who signed (Signature Version 4). The secret is not known here, so the signature itself is not computed;
 * everything around it is: presence, the scope's Region and service, the access key.
 */
export function callerOf(world: EcrWorld, request: IncomingMessage): string {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new ControlError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId, region, service] =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(authorization) ??
    [];
  if (accessKeyId === undefined || !/SignedHeaders=[^,]+,\s*Signature=[0-9a-f]{64}$/.test(authorization)) {
    throw new ControlError(
      'IncompleteSignatureException',
      'The request signature does not conform to AWS standards.',
    );
  }
  if (request.headers['x-amz-date'] === undefined) {
    throw new ControlError(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  if (service !== 'ecr') {
    throw new ControlError(
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'ecr'.",
    );
  }
  if (region !== world.region) {
    throw new ControlError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, not '${region}'.`,
    );
  }
  const arn = world.policy.arnOf(accessKeyId);
  if (arn === undefined) {
    throw new ControlError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  if (world.policy.credentialsExpired(accessKeyId)) {
    throw new ControlError('ExpiredTokenException', 'The security token included in the request is expired');
  }
  return arn;
}
