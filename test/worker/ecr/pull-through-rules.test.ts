import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CreatePullThroughCacheRuleCommand } from '@aws-sdk/client-ecr';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import type { Ecr } from '../../../worker/ecr/client.ts';
import { pullThroughPrefixes } from '../../../worker/ecr/pull-through-rules.ts';
import { ACCOUNT, REGION } from '../../local/ecr/push.ts';
import { ecrFor } from './with-ecr.ts';

let standIn: EcrStandIn;
let ecr: Ecr;
beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION });
  ecr = ecrFor(standIn);
});
afterEach(async () => {
  ecr.client.destroy();
  await standIn.close();
});

const rule = (ecrRepositoryPrefix: string) =>
  ecr.client.send(
    new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl: 'public.ecr.aws' }),
  );

test('the prefixes of all rules are read, over all pages', async () => {
  expect(await pullThroughPrefixes(ecr)).toEqual([]);
  const wanted = Array.from({ length: 120 }, (_, at) => `hub-${at}`);
  for (const prefix of wanted) await rule(prefix);
  expect([...(await pullThroughPrefixes(ecr))].toSorted()).toEqual(wanted.toSorted());
  expect(standIn.calls.filter(({ action }) => action === 'ecr:DescribePullThroughCacheRules').length).toBe(3);
});

test('whoever may not ask learns of none; another problem is thrown', async () => {
  await rule('hub');
  const action = 'ecr:DescribePullThroughCacheRules';
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action });
  expect(await pullThroughPrefixes(ecr)).toEqual([]);
  standIn.admin.allow(LOCAL_ACCESS_KEY_ID, action);
  standIn.faults.api.add({ kind: 'status', status: 503, match: () => true });
  await expect(pullThroughPrefixes(ecr)).rejects.toThrow();
  expect(await pullThroughPrefixes(ecr)).toEqual(['hub']);
});
