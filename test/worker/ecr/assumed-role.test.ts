import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseConfig } from '../../../core/config/parse.ts';
import type { Config } from '../../../core/config/schema.ts';
import type { Target } from '../../../core/request/image.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { type Sts, startSts } from '../../../local/sts.ts';
import { openEcrRegistries } from '../../../worker/ecr/ecr-registry.ts';
import { systemClock } from '../../../worker/registry/clock.ts';
import { sampleTarget } from '../../core/request/sample-request.ts';

const THERE = '210987654321';
const ROLE = `arn:aws:iam::${THERE}:role/mirror-writer-team`;
const SESSION = `arn:aws:sts::${THERE}:assumed-role/mirror-writer-team/mirror-worker`;
const OWN = { accessKeyId: 'AKIDWORKER', secretAccessKey: 'local' };

let ecr: EcrStandIn;
let sts: Sts;
let before: string | undefined;
beforeAll(async () => {
  ecr = await startEcr({
    accountId: THERE,
    region: 'eu-central-1',
    principals: {
      // The worker itself may do nothing over there.
      AKIDWORKER: { arn: 'arn:aws:sts::123456789012:assumed-role/worker/local', allow: [] },
      ASIAWRITER: { arn: SESSION },
    },
  });
  sts = await startSts({ [ROLE]: 'ASIAWRITER' });
  before = process.env['AWS_ENDPOINT_URL_STS'];
  process.env['AWS_ENDPOINT_URL_STS'] = sts.endpoint;
});
afterAll(async () => {
  if (before === undefined) delete process.env['AWS_ENDPOINT_URL_STS'];
  else process.env['AWS_ENDPOINT_URL_STS'] = before;
  await Promise.all([ecr.close(), sts.close()]);
});

function configured(role?: string): Config {
  const parsed = parseConfig(
    JSON.stringify({
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: {} }],
      destinations: [
        { name: 'prod', account: THERE, region: 'eu-central-1', endpoint: ecr.apiUrl, ...(role && { role }) },
      ],
      channels: { default: 'C012AB3CD' },
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}
const target: Target = { ...sampleTarget(), account: THERE };

test('in another account everything is done by the role of the destination, taken once', async () => {
  const registries = openEcrRegistries({ config: configured(ROLE), credentials: OWN, clock: systemClock });
  const registry = registries.of(target);
  expect(await registry.ensure(target.repository)).toMatchObject({ created: true });
  expect(await registry.standing(target)).toMatchObject({ kind: 'no tag' });
  expect(new Set(ecr.calls.map(({ principal }) => principal))).toEqual(new Set([SESSION]));
  expect(sts.assumed).toEqual([{ roleArn: ROLE, sessionName: 'mirror-worker', by: 'AKIDWORKER' }]);
  await registries.close();
});

test('without a role the worker is refused there, and a role that it may not take is told as that', async () => {
  const without = openEcrRegistries({ config: configured(), credentials: OWN, clock: systemClock });
  await expect(without.of(target).standing(target)).rejects.toThrow(/not authorized to perform/);
  await without.close();
  const other = openEcrRegistries({
    config: configured(`arn:aws:iam::${THERE}:role/other`),
    credentials: OWN,
    clock: systemClock,
  });
  await expect(other.of(target).standing(target)).rejects.toThrow(/sts:AssumeRole/);
  await other.close();
});
