import { describe, expect, test } from '@jest/globals';
import { parseEcrHost } from '../../../worker/ecr/host.ts';

const A = '123456789012';

describe('a private registry of ECR', () => {
  // The endpoints are those that the SDK's own resolver gives for FIPS and dual-stack.
  test.each([
    [`${A}.dkr.ecr.eu-central-1.amazonaws.com`, 'eu-central-1', undefined],
    [`${A}.dkr.ecr.us-gov-west-1.amazonaws.com`, 'us-gov-west-1', undefined],
    [`${A}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'cn-north-1', undefined],
    [`${A}.dkr.ecr.eusc-de-east-1.amazonaws.eu`, 'eusc-de-east-1', undefined],
    [`${A}.dkr.ecr.us-iso-east-1.c2s.ic.gov`, 'us-iso-east-1', undefined],
    [`${A}.dkr.ecr.us-isob-east-1.sc2s.sgov.gov`, 'us-isob-east-1', undefined],
    [
      `${A}.dkr.ecr-fips.us-east-1.amazonaws.com`,
      'us-east-1',
      'https://api.ecr-fips.us-east-1.amazonaws.com',
    ],
    [`${A}.dkr-ecr.us-east-1.on.aws`, 'us-east-1', 'https://ecr.us-east-1.api.aws'],
    [`${A}.dkr-ecr-fips.us-east-1.on.aws`, 'us-east-1', 'https://ecr-fips.us-east-1.api.aws'],
    [
      `${A}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn`,
      'cn-north-1',
      'https://ecr.cn-north-1.api.amazonwebservices.com.cn',
    ],
  ])('%s is in %s', (host, region, endpoint) => {
    expect(parseEcrHost(host)).toEqual({ host, account: A, region, ...(endpoint && { endpoint }) });
  });

  test.each([
    'public.ecr.aws',
    'docker.io',
    `${A}.dkr.ecr.eu-central-1.amazonaws.com.evil.example`,
    `${A}.dkr.ecr.eu-central-1.amazonaws.com:443`,
    `evil-${A}.dkr.ecr.eu-central-1.amazonaws.com`,
    `x.${A}.dkr.ecr.eu-central-1.amazonaws.com`,
    `${A.slice(1)}.dkr.ecr.eu-central-1.amazonaws.com`,
    `${A}.dkr.ecr.eu-central.amazonaws.com`,
    `${A}.dkr-ecr.eu-central-1.amazonaws.com`,
    `${A}.dkr.ecr.eu-central-1.on.aws`,
    `${A}.dkr.ecr.eu-central-1.example.com`,
  ])('is not %s', (host) => {
    expect(parseEcrHost(host)).toBeUndefined();
  });
});
