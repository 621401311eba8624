import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { type LambdaFunction, openFunction } from '../../../local/lambda/function.ts';

const opened: { readonly fn: LambdaFunction; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { fn, folder } of opened.splice(0)) {
    await fn.close();
    rmSync(folder, { recursive: true });
  }
});

/** A function whose bundle is this text. */
function deployed(source: string, timeoutMs = 10_000): LambdaFunction {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-bundle-'));
  writeFileSync(join(folder, 'index.mjs'), source);
  const fn = openFunction({ bundle: folder, env: { GIVEN: 'yes' }, timeoutMs, log: () => {} });
  opened.push({ fn, folder });
  return fn;
}

test('a handler gets event and context, and its environment alone', async () => {
  const fn = deployed(`export const handler = async (event, context) => ({
    event, left: context.getRemainingTimeInMillis() > 5_000, given: process.env.GIVEN, home: process.env.HOME,
  });`);
  expect(await fn.invoke({ n: 1 })).toEqual({
    kind: 'answer',
    payload: { event: { n: 1 }, left: true, given: 'yes' },
  });
});

test('one environment answers one after the other and keeps what it had; two at a time are two', async () => {
  const fn = deployed('let n = 0; export const handler = async () => { n += 1; return n; };');
  expect(await fn.invoke({})).toMatchObject({ payload: 1 });
  expect(await fn.invoke({})).toMatchObject({ payload: 2 });
  const both = await Promise.all([fn.invoke({}), fn.invoke({})]);
  expect(both.map((each) => 'payload' in each && each.payload).toSorted()).toEqual([1, 3]);
});

test('what a handler throws is an error, and the environment goes on', async () => {
  const fn = deployed(
    'export const handler = async ({ bad }) => { if (bad) throw new TypeError("no"); return 1; };',
  );
  expect(await fn.invoke({ bad: true })).toEqual({ kind: 'error', type: 'TypeError', message: 'no' });
  expect(await fn.invoke({})).toMatchObject({ payload: 1 });
});

test.each([
  ['that cannot be imported', 'throw new Error("broken")', 'broken'],
  [
    'with a callback, which Node 24 has not',
    'export const handler = (a, b, callback) => callback(null, 1);',
    'Runtime.CallbackHandlerDeprecated',
  ],
  ['without its handler', 'export const other = 1;', 'index.handler is not there or no function'],
])('a bundle %s is an error at its first invocation', async (_what, source, message) => {
  expect(await deployed(source).invoke({})).toEqual({ kind: 'error', type: 'Error', message });
});

test('one that takes too long is cut off, and the next begins in a new environment', async () => {
  const fn = deployed(
    'let n = 0; export const handler = async ({ hang }) => { n += 1; if (hang) await new Promise(() => setInterval(() => {}, 1_000)); return n; };',
    2_000,
  );
  expect(await fn.invoke({ hang: true })).toMatchObject({ kind: 'died' });
  expect(await fn.invoke({})).toMatchObject({ payload: 1 });
});

/** By the system's own table of processes. */
async function isStopped(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]);
  return stdout.startsWith('T');
}

test('between two invocations it stands still: a timer goes on only in the next', async () => {
  const fn = deployed(`let ticked = () => {};
    setInterval(() => ticked(), 10);
    export const handler = async () => {
      await new Promise((resolve) => { ticked = resolve; });
      return process.pid;
    };`);
  const first = await fn.invoke({});
  const pid = first.kind === 'answer' ? Number(first.payload) : Number.NaN;
  while (!(await isStopped(pid))) await setImmediate();
  expect(await fn.invoke({})).toEqual({ kind: 'answer', payload: pid });
});
