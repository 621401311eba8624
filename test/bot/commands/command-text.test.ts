import { describe, expect, test } from '@jest/globals';
import { type CommandText, parseCommandText } from '../../../bot/commands/command-text.ts';
import { corrected } from '../../../bot/commands/mistake.ts';

const image = { kind: 'mirror', source: 'nginx:1.21-alpine' };
const both = { ...image, target: 'base-images/nginx' };
const of = (source: string) => ({ kind: 'mirror', source });

/** What was understood, without where it stood. */
function meaning(text: string): unknown {
  const parsed = parseCommandText(text);
  if (parsed.kind !== 'mirror') return parsed;
  const { typed: _, ...rest } = parsed;
  return rest;
}
const mistakeOf = (parsed: CommandText) => {
  if (parsed.kind !== 'mistake') throw new Error(`understood as ${JSON.stringify(parsed)}`);
  return parsed;
};

describe('what people type and paste after /mirror', () => {
  test.each([
    ['nginx:1.21-alpine base-images/nginx', both],
    ['  nginx:1.21-alpine\t base-images/nginx \n', both],
    ['nginx:1.21-alpine\u00a0base-images/nginx', both],
    ['nginx:1.21-alpine', image],
    ['`nginx:1.21-alpine`', image],
    ['```nginx:1.21-alpine```', image],
    ['"nginx:1.21-alpine"', image],
    ['“nginx:1.21-alpine”', image],
    ['‘nginx:1.21-alpine’ base-images/nginx', both],
    ['nginx:1.21–alpine', image],
    ['nginx:1.21—alpine', image],
    ['nginx:1.21\u2011alpine', image],
    ['\u202anginx:1.21-alpine\u202c', image],
    ['nginx\u200b:1.21-alpine', image],
    ['nginx:1.21-alpine, base-images/nginx.', both],
    ['(nginx:1.21-alpine)', image],
    ['> nginx:1.21-alpine', image],
    ['/mirror nginx:1.21-alpine base-images/nginx', both],
    ['docker pull nginx:1.21-alpine', image],
    ['$ docker pull nginx:1.21-alpine', image],
    ['sudo docker pull -q nginx:1.21-alpine', image],
    ['`docker pull nginx:1.21-alpine`', image],
    ['docker pull \\\n  nginx:1.21-alpine', image],
    ['docker image pull nginx:1.21-alpine base-images/nginx', both],
    ['podman pull nginx:1.21-alpine', image],
    ['docker://nginx:1.21-alpine', image],
    ['FROM nginx:1.21-alpine', image],
    ['FROM nginx:1.21-alpine AS build', image],
    ['FROM --platform=linux/arm64 nginx:1.21-alpine AS build', { ...image, platforms: ['linux/arm64'] }],
    ['FROM --platform=$BUILDPLATFORM nginx:1.21-alpine', image],
    ['FROM nginx:\x24{VERSION:-1.21-alpine}', image],
    ['ARG V=1.21\nFROM nginx:\x24{V}-alpine AS base\nFROM base\nRUN true', image],
    ['image: nginx:1.21-alpine', image],
    ['services:\n  web:\n    image: "nginx:1.21-alpine"\n    ports: ["80:80"]', image],
    ['nginx:1.21-alpine to base-images/nginx', both],
    ['nginx:1.21-alpine -> base-images/nginx', both],
    ['nginx:1.21-alpine -&gt; base-images/nginx', both],
    ['nginx:1.21-alpine → base-images/nginx', both],
    ['<http://docker.io|docker.io>/library/nginx:1.21', of('docker.io/library/nginx:1.21')],
    ['&lt;http://docker.io|docker.io&gt;/library/nginx:1.21', of('docker.io/library/nginx:1.21')],
    ['<https://hub.docker.com/_/nginx>', of('nginx')],
    ['<https://hub.docker.com/_/nginx|the nginx page>', of('nginx')],
    ['https://hub.docker.com/r/grafana/grafana/tags?name=10.4.1', of('grafana/grafana:10.4.1')],
    ['nginx@sha256:8f33', of('nginx@sha256:8f33')],
    ['<mailto:nginx@sha256.io|nginx@sha256.io>', of('nginx@sha256.io')],
    // `help` and `to` are names of images too; what is a subcommand is decided before.
    ['help base-images/help', { ...of('help'), target: 'base-images/help' }],
    ['to', of('to')],
    ['nginx:1.21-alpine --platform linux/amd64', { ...image, platforms: ['linux/amd64'] }],
    [
      '--platform=linux/amd64,linux/arm64/v8 nginx:1.21-alpine base-images/nginx',
      { ...both, platforms: ['linux/amd64', 'linux/arm64'] },
    ],
    [
      'nginx:1.21-alpine —platform linux/x86_64 --platform linux/arm/v7',
      { ...image, platforms: ['linux/amd64', 'linux/arm/v7'] },
    ],
    ['nginx:1.21-alpine base-images/nginx --tag stable', { ...both, tag: 'stable' }],
    ['nginx:1.21-alpine --to eu --dry-run', { ...image, to: 'eu', dryRun: true }],
    [
      'nginx:1.21-alpine --reason “base image of the shop” base-images/nginx',
      { ...both, reason: 'base image of the shop' },
    ],
    [
      'nginx:1.21-alpine —reason base image of the shop --dry-run',
      { ...image, reason: 'base image of the shop', dryRun: true },
    ],
    [
      "nginx:1.21-alpine --reason='it isn't there, says \"ops\"'",
      { ...image, reason: 'it isn\'t there, says "ops"' },
    ],
    ['nginx:1.21-alpine base-images/nginx\n--reason "new shop"', { ...both, reason: 'new shop' }],
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['``', { kind: 'nothing' }],
    [
      'nginx:1.21 base-images/nginx\nredis:6.2',
      { kind: 'list', text: 'nginx:1.21 base-images/nginx\nredis:6.2' },
    ],
    [
      'FROM node:24 AS build\nFROM nginx:1.21\nCOPY --from=build /a /b',
      {
        kind: 'choose',
        images: [
          { source: 'node:24', line: 1 },
          { source: 'nginx:1.21', line: 2 },
        ],
      },
    ],
  ])('%j', (text, meant) => {
    expect(meaning(text)).toEqual(meant);
  });

  test('a part of the command is found again in the text it was read from', () => {
    const parsed = parseCommandText('  $ docker pull  `nginx:1.21`  “base-images/nginx”  —to eu');
    if (parsed.kind !== 'mirror') throw new Error(parsed.kind);
    const { text, source, target, to = 0 } = parsed.typed;
    expect(text.slice(source.at, source.at + source.length)).toBe('nginx:1.21');
    expect(text.slice(target?.at ?? 0)).toMatch(/^"base-images\/nginx"/);
    expect(text.slice(to)).toBe('eu');
  });
});

describe('a mistake is told with its place and with what was probably meant', () => {
  test.each([
    ['nginx:1 --platfrom linux/amd64', '--platfrom', 'nginx:1 --platform linux/amd64'],
    ['nginx:1 --reson="a b"', '--reson', 'nginx:1 --reason="a b"'],
    ['nginx:1 --dryrn', '--dryrn', 'nginx:1 --dry-run'],
    ['nginx:1 --all', '--all', undefined],
    ['nginx:1 --platform amd64', 'amd64', 'nginx:1 --platform linux/amd64'],
    [
      'nginx:1 --platform linux/amd64,linux-arm64 a/b',
      'linux-arm64',
      'nginx:1 --platform linux/amd64,linux/arm64 a/b',
    ],
    ['nginx:1 --platform', '--platform', undefined],
    ['nginx:1 --tag', '--tag', undefined],
    ['nginx:1 --tag --dry-run', '--tag', undefined],
    ['nginx:1 --tag a+b', 'a+b', undefined],
    ['nginx:1 --tag a --tag b', '--tag b', undefined],
    ['nginx:1 base-images/nginx please', 'please', undefined],
    ['nginx:1 --reason "an open quote', '"an open quote', undefined],
    ['--reason why', '', undefined],
    ['FROM nginx:$VERSION', '$VERSION', undefined],
  ])('%j', (text, place, meant) => {
    const { text: shown, mistake } = mistakeOf(parseCommandText(text));
    expect(shown.slice(mistake.at)).toMatch(new RegExp(`^${place.replace(/[$+]/g, '\\$&')}`));
    expect(corrected(shown, mistake)).toBe(meant);
    expect(mistake.message).toMatch(/[.]$/);
  });
});
