import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { type Authorizations, createAuthorizations } from '../../../worker/ecr/authorization.ts';
import type { Ecr } from '../../../worker/ecr/client.ts';
import { ACCOUNT, REGION } from '../../local/ecr/push.ts';
import { ecrFor } from './with-ecr.ts';

let standIn: EcrStandIn;
let ecr: Ecr;
let authorizations: Authorizations;
let now = 1_700_000_000_000;

const HOUR = 60 * 60 * 1000;
const MINUTE = 60 * 1000;
const asked = () => standIn.calls.filter((call) => call.action === 'ecr:GetAuthorizationToken').length;

beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now });
  ecr = ecrFor(standIn);
  authorizations = createAuthorizations(() => now);
});
afterEach(() => standIn.close());

test('the header opens the registry as it is', async () => {
  const authorization = await authorizations.header(ecr);
  const answer = await request(`http://${standIn.registryHost}/v2/`, { headers: { authorization } });
  await answer.body.dump();
  expect(answer.statusCode).toBe(200);
});

test('many callers at once cause one call, and a token serves until ten minutes before its end', async () => {
  const headers = await Promise.all([1, 2, 3, 4].map(() => authorizations.header(ecr)));
  expect(new Set(headers).size).toBe(1);
  now += 12 * HOUR - 10 * MINUTE;
  expect(await authorizations.header(ecr)).toBe(headers[0]);
  expect(asked()).toBe(1);
  now += 1;
  expect(await authorizations.header(ecr)).not.toBe(headers[0]);
  expect(asked()).toBe(2);
});

test('a token is of one account and Region', async () => {
  const elsewhere = { ...ecr, account: '999999999999' };
  expect(await authorizations.header(ecr)).not.toBe(await authorizations.header(elsewhere));
});

test('a refused token is renewed once for all who held it', async () => {
  const old = await authorizations.header(ecr);
  standIn.admin.expireTokens();
  authorizations.forget(ecr, old);
  const renewed = await authorizations.header(ecr);
  expect(renewed).not.toBe(old);
  authorizations.forget(ecr, old);
  expect(await authorizations.header(ecr)).toBe(renewed);
  expect(asked()).toBe(2);
});

test('while no new token can be had, one that is still good is used to its end', async () => {
  const old = await authorizations.header(ecr);
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:GetAuthorizationToken' });
  now += 12 * HOUR - 5 * MINUTE;
  expect(await authorizations.header(ecr)).toBe(old);
  now += 5 * MINUTE;
  await expect(authorizations.header(ecr)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a failed call is not remembered', async () => {
  standIn.faults.api.add({ kind: 'status', status: 500, match: () => true });
  await expect(authorizations.header(ecr)).rejects.toThrow();
  expect(await authorizations.header(ecr)).toMatch(/^Basic /);
});

test('a caller that goes away takes the token from nobody', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  standIn.faults.api.add({ kind: 'hold', match: () => true, release: held });
  const leaving = new AbortController();
  const left = authorizations.header(ecr, leaving.signal);
  const staying = authorizations.header(ecr);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  release();
  expect(await staying).toMatch(/^Basic /);
  expect(asked()).toBe(1);
});

test('a worker that runs for days has its token renewed before 12 hours are over, once for two tasks', async () => {
  const seen: (readonly string[])[] = [];
  for (let half = 0; half < 8; half += 1) {
    const pair = await Promise.all([authorizations.header(ecr), authorizations.header(ecr)]);
    seen.push(pair);
    const answer = await request(`http://${standIn.registryHost}/v2/`, {
      headers: { authorization: pair[0] },
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(200);
    now += 6 * HOUR;
  }
  expect(seen.every(([one, other]) => one === other)).toBe(true);
  // Two days, renewed each time ten minutes before the end of twelve hours.
  expect(asked()).toBe(4);
});
