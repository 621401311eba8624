import { describe, expect, test } from '@jest/globals';
import { LIST_MAX, readList } from '../../../bot/list/read-list.ts';
import { splitList } from '../../../bot/list/split-list.ts';
import { badLinesText } from '../../../bot/messages/list-asked.ts';
import { parseConfig } from '../../../core/config/parse.ts';
import { formatReference } from '../../../core/oci/reference.ts';
import { requestId, triggerHash } from '../../../core/request/id.ts';

const parsed = parseConfig(
  JSON.stringify({
    teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U0BOB'], userGroups: [] } }],
    destinations: [
      { name: 'prod', account: '123456789012', region: 'eu-central-1' },
      { name: 'eu-west', account: '123456789012', region: 'eu-west-1' },
    ],
    channels: { default: 'C0IMAGES' },
    rules: [
      { name: 'no-redis', match: { source: 'docker.io/library/redis*' }, decision: 'deny' },
      { name: 'all' },
    ],
  }),
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { config, hash: configHash } = parsed;
const [team] = config.teams;
if (!team) throw new Error('no team');

const read = (text: string) => readList({ config, configHash, team }, text);
/** `3 nginx -> base-images/nginx:1 prod`, one a line that can be used. */
const used = (text: string): readonly string[] =>
  read(text).lines.map(({ line, entry: { platforms = [], source, target } }) =>
    [
      line,
      formatReference(source).replace(/^docker\.io\/(?:library\/)?/, ''),
      `${target.repository}:${target.tag}`,
      target.destination,
      ...platforms,
    ].join(' '),
  );

describe('a line of a list', () => {
  test.each([
    ['nginx:1 base-images/web', 'nginx:1 base-images/web:1 prod'],
    ['nginx:1', 'nginx:1 base-images/nginx:1 prod'],
    ['- nginx:1 base-images/web', 'nginx:1 base-images/web:1 prod'],
    ['* nginx:1', 'nginx:1 base-images/nginx:1 prod'],
    ['• nginx:1', 'nginx:1 base-images/nginx:1 prod'],
    ['12. nginx:1', 'nginx:1 base-images/nginx:1 prod'],
    ['nginx:1,base-images/web', 'nginx:1 base-images/web:1 prod'],
    ['nginx:1 ; base-images/web', 'nginx:1 base-images/web:1 prod'],
    ['| nginx:1 | base-images/web |', 'nginx:1 base-images/web:1 prod'],
    ['nginx:1\tbase-images/web', 'nginx:1 base-images/web:1 prod'],
    ['nginx:1 -> base-images/web', 'nginx:1 base-images/web:1 prod'],
    ['nginx:1 # for the shop', 'nginx:1 base-images/nginx:1 prod'],
    ['docker pull nginx:1', 'nginx:1 base-images/nginx:1 prod'],
    ['https://hub.docker.com/_/nginx/tags?name=1', 'nginx:1 base-images/nginx:1 prod'],
    [
      'nginx:1 --platform linux/amd64,linux/arm64',
      'nginx:1 base-images/nginx:1 prod linux/amd64 linux/arm64',
    ],
    ['nginx:1 base-images/web --tag stable --to eu-west', 'nginx:1 base-images/web:stable eu-west'],
    ['nginx:1 --to EU-West', 'nginx:1 base-images/nginx:1 eu-west'],
  ])('%j', (text, meant) => {
    expect(used(text)).toEqual([`1 ${meant}`]);
    expect(read(text).bad).toEqual([]);
  });

  test.each([
    ['nginx:1 base-images/web now', 'one word too many', undefined],
    ['nginx:1 --platfrom linux/amd64', 'no option of /mirror', 'nginx:1 --platform linux/amd64'],
    ['Nginx:1', 'repository names are lower case', 'nginx:1'],
    ['nginx:1 base-image/web', 'not a repository of team default', 'nginx:1 base-images/web'],
    ['gchr.io/acme/app:1', 'which is not a source here', 'ghcr.io/acme/app:1'],
    ['nginx:1 --to eu-wset', 'cannot go to eu-wset', undefined],
    ['redis:6.2', 'rule no-redis denies it', undefined],
    ['nginx:1 --reason why', 'for the whole list', undefined],
    ['nginx:1 --dry-run', 'for the whole list', undefined],
  ])('%j cannot be used, with why and what was probably meant', (text, why, meant) => {
    const { bad, lines } = read(`\n${text}`);
    expect(lines).toEqual([]);
    expect(bad).toMatchObject([{ line: 2 }]);
    expect(bad[0]?.problem).toContain(why);
    expect(bad[0]?.meant).toBe(meant);
  });
});

test('empty lines, comments and a head do not count; numbers are those of the editor', () => {
  expect(used('# images\nsource,target\n\nnginx:1\n\n  httpd:2 # web')).toEqual([
    '4 nginx:1 base-images/nginx:1 prod',
    '6 httpd:2 base-images/httpd:2 prod',
  ]);
});

test('the same image for the same target is asked for once; another one for it is a mistake', () => {
  const { bad, lines, merged } = read(
    'nginx:1\ndocker.io/library/nginx:1\nhttpd:1 base-images/nginx\nnginx:1 --platform linux/amd64',
  );
  expect(lines).toHaveLength(1);
  expect(merged).toEqual([{ line: 2, as: 1, name: 'nginx:1' }]);
  expect(bad.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
    '3 Line 1 has the same target, base-images/nginx:1, for another image.',
    '4 Line 1 has the same target, base-images/nginx:1, for another image.',
  ]);
});

test('a whole compose file is read with the numbers of its lines', () => {
  const text =
    'services:\n  web:\n    image: nginx:1\n  db:\n    image: postgres:\x24{V}\n  cache:\n    image: redis:6';
  expect(used(text)).toEqual(['3 nginx:1 base-images/nginx:1 prod']);
  expect(read(text).bad.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
    '5 postgres:\x24{V}: nothing here says what V is.',
    '7 redis:6 is not let in: rule no-redis denies it.',
  ]);
});

describe('200 lines with three bad ones and a duplicate', () => {
  const lines = Array.from({ length: 200 }, (_, at) => `nginx:1.${at} base-images/web-${at}`);
  const text = lines
    .map((line, at) => (at === 10 ? 'Nginx:1' : at === 50 ? 'redis:6' : at === 90 ? 'a b c d' : line))
    .map((line, at) => (at === 199 ? (lines[0] ?? '') : line))
    .join('\n');

  test('are told by line, and the others are ready to be asked for', () => {
    const { bad, lines: good, merged } = read(text);
    expect(bad.map(({ line }) => line)).toEqual([11, 51, 91]);
    expect(merged).toEqual([{ line: 200, as: 1, name: 'nginx:1.0' }]);
    expect(good).toHaveLength(196);
    expect(badLinesText(bad).split('\n')).toHaveLength(3);
  });

  test('become requests of 25, whose ids follow from the list’s own trigger', () => {
    const entries = read(text).lines.map(({ entry }) => entry);
    const parts = splitList('V0LIST', entries);
    expect(parts.map((part) => Object.keys(part.entries).length)).toEqual([25, 25, 25, 25, 25, 25, 25, 21]);
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, at) => ({ nth: at + 1, of: 8 })));
    expect(parts[0]?.trigger).toBe('V0LIST');
    expect(splitList('V0LIST', entries)).toEqual(parts);
    const ids = parts.map(({ trigger }) => requestId(triggerHash(trigger), 8));
    expect(new Set(ids).size).toBe(8);
    expect(parts.flatMap((part) => Object.values(part.entries))).toEqual(entries);
    expect(splitList('V0LIST', entries.slice(0, 25))).toMatchObject([{ trigger: 'V0LIST' }]);
    expect(splitList('V0LIST', entries.slice(0, 25))[0]).not.toHaveProperty('part');
  });
});

test('a list of more than 200 images ends there, and says so', () => {
  const text = Array.from({ length: LIST_MAX + 2 }, (_, at) => `nginx:1.${at} base-images/web-${at}`).join(
    '\n',
  );
  const { bad, lines } = read(text);
  expect(lines).toHaveLength(LIST_MAX);
  expect(bad.map(({ line }) => line)).toEqual([201, 202]);
});

test('many bad lines are told as far as there is room, and the rest is counted', () => {
  const bad = Array.from({ length: 300 }, (_, at) => ({ line: at + 1, text: 'x', problem: 'p'.repeat(40) }));
  const text = badLinesText(bad);
  expect(text.length).toBeLessThan(1_600);
  expect(text).toMatch(/^Line 1: p{40}\n.*and \d+ more lines\.$/s);
});
