import { CreatePullThroughCacheRuleCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { createEcr, type Ecr } from '../../../worker/ecr/client.ts';
import { pullThroughPrefixes } from '../../../worker/ecr/pull-through-prefixes.ts';

let ecr: EcrStandIn;
let client: Ecr;

beforeEach(async () => {
  ecr = await startEcr({ accountId: '123456789012', region: 'eu-central-1' });
  const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' };
  const destination = { account: '123456789012', region: 'eu-central-1', endpoint: ecr.apiUrl };
  client = createEcr(destination, { credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.client.destroy();
  await ecr.close();
});

const rule = (ecrRepositoryPrefix: string) =>
  client.client.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix,
      upstreamRegistryUrl: 'registry-1.docker.io',
    }),
  );

test('all prefixes are named, without a slash at their end, page after page', async () => {
  expect(await pullThroughPrefixes(client)).toEqual([]);
  for (let n = 0; n < 101; n += 1) await rule(n === 0 ? 'docker-hub/' : `cache-${n}`);
  await rule('ROOT');
  const prefixes = await pullThroughPrefixes(client);
  expect([prefixes.length, prefixes[0], prefixes.at(-1)]).toEqual([102, 'docker-hub', 'ROOT']);
  expect(ecr.calls.filter(({ action }) => action === 'ecr:DescribePullThroughCacheRules')).toHaveLength(3);
});

test('without the right to ask there are none', async () => {
  await rule('docker-hub');
  ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:DescribePullThroughCacheRules' });
  expect(await pullThroughPrefixes(client)).toEqual([]);
});

test('a registry that does not know the question has none', async () => {
  const body = JSON.stringify({ __type: 'UnknownOperationException', message: 'unknown' });
  ecr.faults.api.add({ kind: 'status', status: 400, body, match: () => true });
  expect(await pullThroughPrefixes(client)).toEqual([]);
});

test('throttling and an abort are not taken for "none"', async () => {
  const body = JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' });
  ecr.faults.api.add({ kind: 'status', status: 400, body, match: () => true });
  await expect(pullThroughPrefixes(client)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await expect(pullThroughPrefixes(client, AbortSignal.abort())).rejects.toThrow();
});
