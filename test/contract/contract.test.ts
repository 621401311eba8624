import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AWS_RATES } from '../../local/ecr/rate-limits.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../local/ecr/start.ts';
import { CHECKS } from './checks/all.ts';
import { runChecks } from './run-checks.ts';
import { createScratch, type Scratch } from './scratch.ts';

let ecr: EcrStandIn;
let sdk: ECRClient;
let scratch: Scratch;

const REGISTRY = { accountId: '123456789012', region: 'eu-central-1' };
const nobodyWaits = async () => {
  throw new Error('nothing is limited here');
};
const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any text' };
beforeEach(async () => {
  ecr = await startEcr(REGISTRY);
  sdk = new ECRClient({ region: REGISTRY.region, endpoint: ecr.apiUrl, credentials, maxAttempts: 1 });
  scratch = await createScratch(sdk, 'contract/scratch', nobodyWaits);
});
afterEach(async () => {
  sdk.destroy();
  await ecr.close();
});

const repositories = async () => {
  const { repositories = [] } = await sdk.send(new DescribeRepositoriesCommand({}));
  return repositories.map((each) => each.repositoryName);
};

describe('the stand-in keeps its own rules', () => {
  test.each(CHECKS.map((check) => [check.name, check] as const))('%s', async (_, check) => {
    const [result] = await runChecks(scratch.place, [check]);
    expect(result?.differences).toEqual([]);
  });
});

test('every check can be run after every other, in one scratch', async () => {
  const results = await runChecks(scratch.place, CHECKS);
  expect(
    results.flatMap(({ check, differences }) => differences.map((each) => `${check.name}: ${each}`)),
  ).toEqual([]);
});

test('with the limits of a new account the rules are the same: what was throttled is asked again', async () => {
  await ecr.close();
  let now = Date.parse('2026-11-24T12:00:00Z');
  const waited: number[] = [];
  ecr = await startEcr({ ...REGISTRY, rates: AWS_RATES, now: () => now });
  sdk.destroy();
  sdk = new ECRClient({ region: REGISTRY.region, endpoint: ecr.apiUrl, credentials, maxAttempts: 1 });
  const limited = await createScratch(sdk, 'contract/limited', async (ms) => {
    waited.push(ms);
    now += ms;
  });
  const results = await runChecks(limited.place, CHECKS);
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  expect(waited).toContain(1000);
  expect(ecr.calls.filter(({ status }) => status === 429)).toHaveLength(waited.length);
});

test('a registry that goes on throttling is a difference', async () => {
  const waited: number[] = [];
  const patient = { ...scratch.place, wait: async (ms: number) => void waited.push(ms) };
  ecr.faults.registry.add({ kind: 'status', status: 429, times: 100, match: () => true });
  const [result] = await runChecks(patient, CHECKS.slice(0, 1));
  expect(result?.differences[0]).toBe('step 1, GET /v2/: status: the stand-in has 401, here it is 429');
  expect(waited).toEqual([1000, 2000, 4000, 8000, 16_000]);
});

test('each difference is told with its step, and the steps after it still run', async () => {
  ecr.faults.registry.add({ kind: 'status', status: 202, match: ({ method }) => method === 'PATCH' });
  const check = CHECKS.find(({ name }) => name.startsWith('a PATCH is answered 201'));
  const [result] = await runChecks(scratch.place, check ? [check] : []);
  expect(result?.differences).toEqual([
    'step 2, PATCH {upload}: status: the stand-in has 201, here it is 202',
    'step 2, PATCH {upload}: header range: the stand-in has /^0-3$/, here it is nothing',
    expect.stringContaining('step 3, PATCH {upload}: status: the stand-in has 201, here it is 416'),
    expect.stringContaining('step 3, PATCH {upload}: header range'),
    expect.stringContaining('step 4, PUT {upload}: message'),
  ]);
});

test('a closed connection and another error are differences too', async () => {
  const [first] = CHECKS;
  ecr.faults.registry.add({ kind: 'cut', match: () => true });
  ecr.faults.api.add({
    kind: 'status',
    status: 400,
    body: JSON.stringify({ __type: 'ServerException', message: 'other' }),
    match: () => true,
  });
  const twice = CHECKS.find(({ name }) => name.startsWith('a second creation'));
  const results = await runChecks(scratch.place, first && twice ? [first, twice] : []);
  expect(results.flatMap(({ differences }) => differences)).toEqual([
    'step 1, GET /v2/: status: the stand-in has 401, here it is 0',
    expect.stringContaining('step 1, GET /v2/: header www-authenticate'),
    'step 1, CreateRepository: error: the stand-in has RepositoryAlreadyExistsException, here it is ServerException: other',
  ]);
});

describe('the scratch', () => {
  test('is removed, and nothing beside it', async () => {
    await sdk.send(new CreateRepositoryCommand({ repositoryName: 'contract/scratch/beside' }));
    await runChecks(scratch.place, CHECKS.slice(0, 3));
    await scratch.remove();
    expect(await repositories()).toEqual(['contract/scratch/beside']);
  });

  test('takes what a registry has created although it should have refused', async () => {
    await sdk.send(new CreateRepositoryCommand({ repositoryName: scratch.place.names.missing }));
    await scratch.remove();
    expect(await repositories()).toEqual([]);
  });

  test('names what it could not delete', async () => {
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, {
      action: 'ecr:DeleteRepository',
      repository: 'contract/scratch/other',
    });
    await expect(scratch.remove()).rejects.toThrow('contract/scratch/other (AccessDeniedException)');
    expect(await repositories()).toEqual(['contract/scratch/other']);
  });

  test('says both what went wrong at first and what it could not delete then', async () => {
    await scratch.remove();
    await sdk.send(new CreateRepositoryCommand({ repositoryName: 'contract/scratch/other' }));
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, {
      action: 'ecr:DeleteRepository',
      repository: 'contract/scratch/mutable',
    });
    await expect(createScratch(sdk, 'contract/scratch', nobodyWaits)).rejects.toThrow(
      /other' already exists .*; these repositories could not be deleted: contract\/scratch\/mutable/,
    );
  });

  test('is not made where something of its name is there, and what was made meanwhile is removed', async () => {
    await scratch.remove();
    await sdk.send(new CreateRepositoryCommand({ repositoryName: 'contract/scratch/other' }));
    await expect(createScratch(sdk, 'contract/scratch', nobodyWaits)).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
    });
    expect(await repositories()).toEqual(['contract/scratch/other']);
  });
});

describe('npm run contract:aws', () => {
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    new Promise<{ readonly code: number; readonly out: string; readonly errors: string }>((resolve) => {
      const file = join(import.meta.dirname, 'run.ts');
      const clean = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
      execFile(process.execPath, [file, ...args], { env: { ...clean, ...env } }, (error, out, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors });
      });
    });
  const keys = { AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'any text' };
  const atScratch = () => [
    ...['--scratch-repository', 'contract/cli'],
    ...['--region', 'eu-central-1'],
    ...['--endpoint', ecr.apiUrl],
  ];

  test('refuses in one sentence without a scratch repository, without a Region and without credentials', async () => {
    const scratchless = await run([], keys);
    expect([scratchless.code, scratchless.out]).toEqual([2, '']);
    expect(scratchless.errors).toMatch(/^contract:aws needs --scratch-repository NAME[^\n]+\n$/);
    const regionless = await run(['--scratch-repository', 'a/b'], keys);
    expect([regionless.code, regionless.errors.trim().split('\n').length]).toEqual([2, 1]);
    const stranger = await run(['--scratch-repository', 'a/b', '--region', 'eu-central-1']);
    expect([stranger.code, stranger.errors]).toEqual([
      2,
      expect.stringMatching(/^contract:aws found no AWS credentials[^\n]+\n$/),
    ]);
  });

  test('prints each rule and no difference against the stand-in, and leaves nothing behind', async () => {
    const ran = await run(atScratch(), keys);
    expect(ran.errors).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out.split('\n').filter((line) => line.startsWith('same '))).toHaveLength(CHECKS.length);
    expect(ran.out).toContain(`${CHECKS.length} rules, 0 differ`);
    expect((await repositories()).filter((name) => name?.startsWith('contract/cli'))).toEqual([]);
  });

  test('ends with 1 where a rule differs', async () => {
    ecr.faults.registry.add({ kind: 'status', status: 400, match: ({ method }) => method === 'DELETE' });
    const ran = await run(atScratch(), keys);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(
      'DIFFERS  there is no DELETE\n         step 6, DELETE /v2/{mutable}/manifests/stays: status: the stand-in has 405, here it is 400',
    );
  });
});
