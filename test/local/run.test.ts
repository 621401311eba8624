import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { listen } from '../../local/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'mirror-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `npm run local -- ARGS` to its end; `ready` is called with its first line. */
function run(args: readonly string[], ready?: (line: string, stop: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['local/run.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const first = !out.includes('\n');
    out += chunk.toString();
    const [line] = out.split('\n');
    if (first && line !== undefined && out.includes('\n')) ready?.(line, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, out, err })));
}

test('--json prints one line that says what runs where, and Ctrl-C ends it cleanly', async () => {
  const ended = await run(['--json', '--port', '0', '--data', join(folder, 'a')], (_line, stop) => stop());
  expect(ended.code).toBe(0);
  const [line, ...rest] = ended.out.trim().split('\n');
  expect(rest).toEqual([]);
  expect(JSON.parse(line ?? '')).toEqual({
    slack: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    upstream: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    registry: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    ecr: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    table: 'mirror',
    dynamodb: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    queues: {
      work: expect.stringMatching(/\/work$/),
      notify: expect.stringMatching(/\/notify$/),
      workDead: expect.stringContaining('/work-dead'),
      notifyDead: expect.stringContaining('/notify-dead'),
    },
    channel: expect.stringMatching(/^C/),
    people: {
      requester: expect.stringMatching(/^U/),
      approver: expect.stringMatching(/^U/),
      approver2: expect.stringMatching(/^U/),
      outsider: expect.stringMatching(/^U/),
    },
  });
  for (const log of ended.err.trim().split('\n').filter(Boolean)) JSON.parse(log);
});

test('a second start on a folder that is in use says where the first one is', async () => {
  const dataDir = join(folder, 'b');
  let second: Promise<Ended> | undefined;
  const first = await run(['--json', '--port', '0', '--data', dataDir], (_line, stop) => {
    second = run(['--port', '0', '--data', dataDir]).finally(stop);
  });
  const refused = await second;
  expect(refused?.code).toBe(2);
  expect(refused?.err.trim()).toMatch(
    /already running on .*: open http:\/\/127\.0\.0\.1:\d+\/, or stop process \d+ first/,
  );
  expect(first.code).toBe(0);
});

test('a port that is taken is named, with a way out', async () => {
  const taken = await listen((_request, response) => {
    response.end();
  });
  const ended = await run(['--port', String(taken.port), '--data', join(folder, 'c')]);
  await taken.close();
  expect(ended).toMatchObject({ code: 2, out: '' });
  expect(ended.err.trim()).toBe(`port ${taken.port} is in use: stop what runs there, or start with --port 0`);
});

test('a folder that cannot be written is one line', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const ended = await run(['--data', join(file, 'below')]);
  expect(ended.code).toBe(2);
  expect(ended.err.trim()).toMatch(/cannot be written: .*not a directory/);
});

test('a wrong option is one line with the way to the help', async () => {
  const ended = await run(['--prot', '1']);
  expect(ended).toMatchObject({ code: 2, out: '' });
  expect(ended.err.trim()).toBe("Unknown option '--prot' (npm run local -- --help)");
});
