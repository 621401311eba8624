import { describe, expect, test } from '@jest/globals';
import type { FailureCode } from '../../../core/request/failure.ts';
import { failures } from '../../../core/request/failure.ts';
import { StoreError } from '../../../core/store/store.ts';
import type { EcrProblem } from '../../../worker/ecr/errors.ts';
import { gaveUp } from '../../../worker/jobs/gave-up.ts';
import { atBoth, atSource, atTarget, problemTrouble, roleOf, Trouble } from '../../../worker/jobs/trouble.ts';
import { RegistryError, type RegistryErrorCode } from '../../../worker/registry/errors.ts';
import type { RateLimit } from '../../../worker/registry/rate-limit.ts';
import { refusalError } from '../../../worker/registry/refusal.ts';
import { sampleDigest, sampleSource, sampleTarget } from '../../core/request/sample-request.ts';

const source = sampleSource();
const target = sampleTarget();
const entry = { source, target };
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

interface Given {
  readonly host?: string;
  readonly detail?: string;
  readonly retryable?: boolean;
  readonly retryAt?: number;
  readonly limit?: RateLimit;
}
const registryError = (code: RegistryErrorCode, given: Given = {}) =>
  new RegistryError({
    host: 'docker.io',
    operation: 'get blob',
    detail: 'd',
    retryable: false,
    ...given,
    code,
  });
async function thrown(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}
const says = (error: unknown) =>
  error instanceof Trouble ? [error.failure.code, error.passing ? 'passes' : 'stays'] : error;

describe('at the source', () => {
  test.each<[RegistryErrorCode, boolean, FailureCode, 'passes' | 'stays']>([
    ['not found', false, 'tagNotFound', 'stays'],
    ['repository unknown', false, 'tagNotFound', 'stays'],
    ['unauthorized', false, 'sourcePrivate', 'stays'],
    ['denied', false, 'sourceDenied', 'stays'],
    ['refused address', false, 'sourceDenied', 'stays'],
    ['credentials rejected', false, 'sourceDenied', 'stays'],
    ['rate limited', true, 'sourceRateLimited', 'passes'],
    ['pull reserve', true, 'pullsReserved', 'passes'],
    ['digest mismatch', false, 'sourceCorrupt', 'passes'],
    ['unsupported manifest', false, 'sourceUnsupported', 'stays'],
    ['too large', false, 'sourceUnsupported', 'stays'],
    ['server', true, 'sourceUnreachable', 'passes'],
    ['timeout', true, 'sourceUnreachable', 'passes'],
    ['unreachable', true, 'sourceUnreachable', 'passes'],
    ['unreachable', false, 'sourceUnreachable', 'stays'],
    ['protocol', false, 'sourceUnreachable', 'stays'],
  ])('%s (retryable: %s) is %s and %s', async (code, retryable, failure, rest) => {
    const error = await thrown(atSource(source, () => Promise.reject(registryError(code, { retryable }))));
    expect(says(error)).toEqual([failure, rest]);
  });

  test.each([
    [{ limit: 100, remaining: 0, windowSeconds: 21_600 }, "Docker Hub's pull limit is used up (100 in 6 h)."],
    [{ limit: 10, remaining: 0, windowSeconds: 5_400 }, "Docker Hub's pull limit is used up (10 in 1.5 h)."],
    [{ remaining: 0 }, "Docker Hub's pull limit is used up."],
  ])('how much a limit allows is told: %j', async (limit, summary) => {
    const error = registryError('rate limited', { retryable: true, limit: { host: 'docker.io', ...limit } });
    const trouble = await thrown(atSource(source, () => Promise.reject(error)));
    expect(trouble).toMatchObject({ failure: { summary } });
  });

  test('what is left and kept is told', async () => {
    const limit = { host: 'docker.io', limit: 100, remaining: 8, kept: 10 };
    const error = registryError('pull reserve', { retryable: true, limit });
    expect(await thrown(atSource(source, () => Promise.reject(error)))).toMatchObject({
      failure: { summary: 'Docker Hub has 8 of 100 pulls left for us, and 10 are kept in reserve.' },
    });
  });

  test('an answer nobody knows is told whole: status, code, words, request', async () => {
    const body = Buffer.from(
      JSON.stringify({
        errors: [
          { code: 'TEAPOT', message: 'see https://s3.example/x?X-Amz-Signature=abc, Bearer abcdefgh' },
        ],
      }),
    );
    const place = { host: 'docker.io', operation: 'get manifest', repository: 'library/nginx' } as const;
    const error = refusalError({ status: 418, headers: { 'x-request-id': 'r-7' }, body }, place, 0);
    const trouble = await thrown(atSource(source, () => Promise.reject(error)));
    expect(says(trouble)).toEqual(['sourceRefused', 'stays']);
    expect(trouble).toMatchObject({
      failure: {
        summary:
          'Docker Hub answered for nginx:1.21-alpine with what nobody here knows: HTTP 418, TEAPOT: see https://s3.example/x?… Bearer …, request r-7.',
      },
    });
    const same = new RegistryError({ ...error, host: ECR });
    expect(await thrown(atTarget(entry, () => Promise.reject(same)))).toMatchObject({
      failure: { code: 'ecrRefused', summary: expect.stringMatching(/protocol, HTTP 418, .*request r-7\.$/) },
    });
  });

  test("the registry's own time is kept", async () => {
    const limited = registryError('rate limited', { retryable: true, retryAt: 77 });
    expect(await thrown(atSource(source, () => Promise.reject(limited)))).toMatchObject({ retryAt: 77 });
  });
});

describe('during a copy the host tells which side it is', () => {
  const copying = { ...entry, targetDigest: sampleDigest('index') };
  test.each<[RegistryErrorCode, string, FailureCode]>([
    ['blob unknown', 'docker.io', 'sourceGone'],
    ['not found', 'docker.io', 'sourceGone'],
    ['server', 'docker.io', 'sourceUnreachable'],
    ['server', ECR, 'ecrUnreachable'],
    ['blob unknown', ECR, 'ecrRefused'],
  ])('%s at %s is %s', async (code, host, failure) => {
    const error = registryError(code, { host, retryable: code === 'server' });
    const trouble = await thrown(atBoth(copying, () => Promise.reject(error)));
    expect(says(trouble)).toEqual([failure, code === 'server' ? 'passes' : 'stays']);
  });
});

describe('at the registry of ECR', () => {
  const sentence =
    'DENIED: User: arn:aws:sts::123456789012:assumed-role/mirror-worker/i-1 is not authorized to perform: ' +
    'ecr:UploadLayerPart on resource: arn:aws:ecr:eu-central-1:123456789012:repository/base-images/nginx ' +
    'because no identity-based policy allows the ecr:UploadLayerPart action';
  test.each<[RegistryErrorCode, string, FailureCode, 'passes' | 'stays']>([
    ['denied', sentence, 'permissionMissing', 'stays'],
    ['denied', 'DENIED: Your authorization token has expired.', 'ecrCredentials', 'stays'],
    ['unauthorized', 'no', 'ecrCredentials', 'stays'],
    ['denied', 'DENIED: The maximum number of images per repository was reached', 'ecrRefused', 'stays'],
    ['upload cut', 'ECONNRESET', 'permissionMissing', 'stays'],
    ['repository unknown', 'no', 'ecrRefused', 'passes'],
    ['unsupported manifest', 'UNSUPPORTED', 'ecrRefused', 'stays'],
  ])('%s: "%.30s" is %s and %s', async (code, detail, failure, rest) => {
    const error = registryError(code, { host: ECR, detail });
    expect(says(await thrown(atTarget(entry, () => Promise.reject(error))))).toEqual([failure, rest]);
  });

  test("the sentence gives action, role and repository, and not the account's number", async () => {
    const error = registryError('denied', { host: ECR, detail: sentence });
    const trouble = await thrown(atTarget(entry, () => Promise.reject(error)));
    const summary = trouble instanceof Trouble ? trouble.failure.summary : '';
    expect(summary).toContain('The role mirror-worker may not ecr:UploadLayerPart on base-images/nginx');
    expect(summary).not.toContain('123456789012');
  });

  test('a doubt of the store and the end of a lease pass through as they are', async () => {
    for (const error of [
      new StoreError('get', new Error('x')),
      Object.assign(new Error('a'), { name: 'AbortError' }),
    ]) {
      expect(await thrown(atTarget(entry, () => Promise.reject(error)))).toBe(error);
    }
  });
});

describe("at ECR's control API", () => {
  const message = 'm';
  test.each<[EcrProblem, FailureCode, 'passes' | 'stays']>([
    [
      { kind: 'permission', action: 'ecr:PutImage', reason: 'identity', message },
      'permissionMissing',
      'stays',
    ],
    [{ kind: 'repositoryNotFound', repository: 'r', account: '1', region: 'x' }, 'ecrRefused', 'passes'],
    [{ kind: 'credentials', problem: 'region', message }, 'wrongRegion', 'stays'],
    [{ kind: 'credentials', problem: 'expired', message }, 'ecrCredentials', 'stays'],
    [{ kind: 'credentials', problem: 'none', message }, 'ecrCredentials', 'stays'],
    [{ kind: 'throttled', message }, 'ecrUnreachable', 'passes'],
    [{ kind: 'unreachable', code: 'ECONNREFUSED', message }, 'ecrUnreachable', 'passes'],
    [{ kind: 'immutableTag', message }, 'ecrRefused', 'stays'],
    [{ kind: 'limit', message }, 'ecrRefused', 'stays'],
    [{ kind: 'other', code: 'KmsException', message, retryable: false }, 'ecrRefused', 'stays'],
    [{ kind: 'other', code: 'ServerException', message, retryable: true }, 'ecrUnreachable', 'passes'],
  ])('%j is %s and %s', (problem, failure, rest) => {
    expect(says(problemTrouble(entry, problem, undefined))).toEqual([failure, rest]);
  });

  test('a right that is given on no repository is named on *', () => {
    const login = {
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
      reason: 'identity',
      message,
    } as const;
    const { failure } = problemTrouble(entry, { kind: 'permission', ...login }, undefined);
    expect(failure.summary).toContain('ecr:GetAuthorizationToken on *');
  });
});

test.each([
  ['arn:aws:sts::123456789012:assumed-role/mirror-worker/i-0abc', 'The role mirror-worker'],
  ['arn:aws:iam::123456789012:role/service/mirror-worker', 'The role mirror-worker'],
  ['arn:aws:iam::123456789012:user/otto', 'The user otto'],
  ['arn:aws:iam::123456789012:user/team/otto', 'The user team/otto'],
  [undefined, "The worker's role"],
  ['something else', "The worker's role"],
])('%s is called %s', (arn, name) => {
  expect(roleOf(arn)).toBe(name);
});

test('what nobody foresaw is our own failure, of the image it happened to, and tried again', () => {
  const trouble = Trouble.of(new TypeError('x is not a function'), entry);
  expect(says(trouble)).toEqual(['internal', 'passes']);
  expect(trouble.failure.summary).toContain('nginx:1.21-alpine');
  expect(trouble.failure.summary).toContain('x is not a function');
});

test('what was given up does not say that it goes on by itself', () => {
  for (const failure of [
    failures.sourceRateLimited({ source }),
    failures.pullsReserved({ source, left: 8, reserve: 10 }),
    failures.ecrUnreachable({ source, target, detail: 'd' }),
    failures.internal({ source, detail: 'd' }),
  ]) {
    expect(gaveUp(failure).hint).not.toMatch(/by itself|It is tried again/);
    expect(gaveUp(failure).summary).toBe(failure.summary);
  }
});
