import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { type Sts, startSts } from '../../../local/sts.ts';
import { LEAST } from '../../core/config/sample-config.ts';
import { linesOf, mirror } from './run-mirror.ts';

const THERE = '210987654321';
const ROLE = `arn:aws:iam::${THERE}:role/mirror-writer-team`;
const SESSION = `arn:aws:sts::${THERE}:assumed-role/mirror-writer-team/mirror-worker`;

let ecr: EcrStandIn;
let sts: Sts;
const folder = mkdtempSync(join(tmpdir(), 'mirror-doctor-'));
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
});
afterAll(async () => {
  await Promise.all([ecr.close(), sts.close()]);
  rmSync(folder, { recursive: true });
});

/** What the doctor says of ECR, run with the worker's own credentials. */
async function looked(role: string): Promise<readonly string[]> {
  const file = join(folder, 'mirror.config.json');
  const destination = { name: 'team', account: THERE, region: 'eu-central-1', endpoint: ecr.apiUrl, role };
  writeFileSync(file, JSON.stringify({ ...LEAST, destinations: [destination] }));
  const { out } = await mirror(['doctor', '--json', '--config', file], {
    env: {
      AWS_ACCESS_KEY_ID: 'AKIDWORKER',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_STS: sts.endpoint,
    },
  });
  return linesOf(out)
    .filter(({ about }) => about === 'ECR team')
    .map(({ result, what }) => `${result}: ${what}`);
}

test('a destination in another account is looked at by its role, as the worker reaches it', async () => {
  expect(await looked(ROLE)).toEqual([
    expect.stringMatching(/^ok: The credentials are accepted/),
    expect.stringMatching(/^skip: .* there is no repository of a team yet/),
    expect.stringMatching(/^ok: Each of 8 rights was tried/),
  ]);
  expect(new Set(ecr.calls.map(({ principal }) => principal))).toEqual(new Set([SESSION]));
});

test('a role that may not be taken is told as that', async () => {
  expect(await looked(`arn:aws:iam::${THERE}:role/other`)).toEqual([
    expect.stringMatching(/^fail: .*AssumeRole/),
  ]);
});
