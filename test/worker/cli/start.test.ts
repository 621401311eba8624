import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const repository = process.cwd();
const SAYS = (text: string): string =>
  `export const main = async () => { console.log('${text}', import.meta.url); return 3; };\n`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mirror-start-'));
  mkdirSync(join(root, 'worker/cli'), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  copyFileSync(join(repository, 'worker/cli/run.js'), join(root, 'worker/cli/run.js'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{}');
  source('main', "export { main } from './said.ts';\n");
  source('said', SAYS('first'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const source = (name: string, text: string): void => writeFileSync(join(root, `worker/cli/${name}.ts`), text);

function node(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (args[0]?.endsWith('run.js')) expect(status).toBe(3);
  return stdout + stderr;
}
const bundle = (): string => node(join(repository, 'scripts/bundle-command.ts'), root);
const run = (): string => node(join(root, 'worker/cli/run.js'));
const bundles = (): readonly string[] =>
  readdirSync(join(root, 'node_modules/.cache/mirror/command')).filter((name) => !name.endsWith('.json'));

const FROM_SOURCES = /first .*\/worker\/cli\/said\.ts/;
const FROM_BUNDLE = /first .*\/node_modules\/\.cache\/mirror\/command\/[0-9a-f]{16}\/main\.mjs/;

describe('the command starts', () => {
  test('from its sources where no bundle was made', () => {
    expect(run()).toMatch(FROM_SOURCES);
  });

  test('from the bundle that was made', () => {
    expect(bundle()).toBe('');
    expect(run()).toMatch(FROM_BUNDLE);
  });

  test('from its sources as soon as one of them is another', () => {
    bundle();
    source('said', SAYS('second'));
    expect(run()).toMatch(/second .*said\.ts/);
  });

  test('from its sources where a source is gone, or packages were installed anew', () => {
    bundle();
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"name":"mirror"}');
    expect(run()).toMatch(FROM_SOURCES);
    bundle();
    expect(run()).toMatch(FROM_BUNDLE);
    source('main', SAYS('alone'));
    rmSync(join(root, 'worker/cli/said.ts'));
    expect(run()).toMatch(/alone .*\/worker\/cli\/main\.ts/);
  });

  test.each([
    ['what is written beside it cannot be read', 'current.json', '{"key":'],
    ['its file is gone', 'current.json', '{"key":"0000000000000000","inputs":[]}'],
  ])('from its sources where %s', (_what, file, text) => {
    bundle();
    writeFileSync(join(root, 'node_modules/.cache/mirror/command', file), text);
    expect(run()).toMatch(FROM_SOURCES);
  });
});

describe('a bundle', () => {
  test('that may be running stays until the next but one is made', () => {
    bundle();
    const [first] = bundles();
    source('said', SAYS('second'));
    bundle();
    expect(bundles()).toHaveLength(2);
    expect(bundles()).toContain(first);
    source('said', SAYS('third'));
    bundle();
    expect(bundles()).toHaveLength(2);
  });

  test('that cannot be made is no reason for an installation to fail', () => {
    mkdirSync(join(root, 'node_modules/.cache'));
    symlinkSync('/dev/null', join(root, 'node_modules/.cache/mirror'));
    expect(bundle()).toMatch(/^no bundle of the command was made: .+\n$/);
    expect(run()).toMatch(FROM_SOURCES);
  });
});
