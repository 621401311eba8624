import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { content, image, index, on } from '../copy/documents.ts';
import { type PlainWorld, startPlainWorld } from './plain-world.ts';
import { linesOf } from './run-mirror.ts';

let world: PlainWorld;
beforeAll(async () => {
  world = await startPlainWorld();
});
afterAll(() => world.close());

test('an image copied onto itself is there already, and nothing is written', async () => {
  const source = world.add('i/same', image('same'));
  const before = world.source.calls.length;
  const { code, out } = await world.run(['copy', '--json', source, source]);
  expect(code).toBe(0);
  expect(linesOf(out)).toMatchObject([{ result: 'already there', copiedBytes: 0 }]);
  const methods = world.source.calls.slice(before).map(({ method }) => method);
  expect(methods).toEqual(['HEAD', 'HEAD']);
});

test.each(['1.21+x', '.1', 'x'.repeat(129)])(
  'the tag %s is refused before a registry is asked',
  async (tag) => {
    const source = world.add('i/tag', image('tag'));
    const before = world.source.calls.length;
    for (const args of [
      ['copy', source.replace(/:1$/, `:${tag}`), world.toPlain('i/tag')],
      ['copy', source, `${world.toPlain('i/tag')}:${tag}`],
    ]) {
      const { code, err } = await world.run(args);
      expect(code).toBe(2);
      expect(err).toContain('a tag is letters, digits');
    }
    expect(world.source.calls.length).toBe(before);
  },
);

test('of a tag with a digest the digest is copied, wherever the tag points, and the tag is written', async () => {
  const old = image('old one');
  const digest = digestOf(old.root.bytes);
  world.add('i/pinned', old);
  const source = world.add('i/pinned', image('new one'));
  const { code, out } = await world.run(['copy', '--json', `${source}@${digest}`, world.toPlain('i/pinned')]);
  expect(code).toBe(0);
  expect(linesOf(out)).toMatchObject([{ result: 'copied', digest }]);
  expect(world.target.manifest('i/pinned', '1')?.bytes).toEqual(old.root.bytes);
});

test('a platform that is not there: those that are, builds of Windows by their version', async () => {
  const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.6414' };
  const shape = index([
    on('linux', 'amd64', image('l')),
    { ...image('w'), entry: { platform: windows } },
    { ...image('att'), entry: { platform: { os: 'unknown', architecture: 'unknown' } } },
  ]);
  const source = world.add('i/platforms', shape);
  const { code, err } = await world.run([
    'copy',
    '--platform',
    'linux/s390x',
    source,
    world.toPlain('i/platforms'),
  ]);
  expect(code).toBe(1);
  expect(err).toContain(`has no linux/s390x. It has linux/amd64, windows/amd64.`);
});

test('of fifty images one fails: the others are copied, and the failure has its line, cause and next step', async () => {
  const layer = content('of all fifty', 2_000);
  const lines = Array.from({ length: 50 }, (_, at) => {
    const source = world.add(`i/fifty-${at}`, image(`fifty ${at}`, { layers: [layer] }));
    const missing = at === 17 ? source.replace(/:1$/, ':gone') : source;
    return `${missing} ${world.toPlain(`i/fifty-${at}`)}:1`;
  });
  const { code, err, out } = await world.run(['list', '-'], lines.join('\n'));
  expect(code).toBe(1);
  expect(
    out
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('copied  ')),
  ).toHaveLength(49);
  expect(err).toMatch(/^line 18: \S+i\/fifty-17:gone does not exist on \S+\n {2}\S.*\n/);
  expect(err.trim().split('\n').at(-1)).toBe('49 copied, 1 failed');
});
