import { describe, expect, test } from '@jest/globals';
import { imagesIn } from '../../../bot/pasted/images-in.ts';

const sources = (text: string) => imagesIn(text)?.images.map(({ source }) => source);

describe('a Dockerfile names', () => {
  test('what it is built from and copies from, each once, and not its own stages or scratch', () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'ARG NODE=24-slim',
      'ARG REGISTRY="ghcr.io"',
      'FROM --platform=$BUILDPLATFORM node:\x24{NODE} AS build',
      'ARG NODE=18',
      'COPY --from=composer:2 /usr/bin/composer /usr/bin/composer',
      'FROM node:\x24{NODE} AS again',
      'FROM --platform=linux/arm64 $REGISTRY/acme/base:1',
      'COPY --chown=1:1 --from=build /a /b',
      'COPY --from=0 /a /b',
      'from scratch',
      'FROM build',
    ].join('\n');
    expect(imagesIn(text)).toEqual({
      kind: 'dockerfile',
      images: [
        { source: 'node:24-slim', line: 4 },
        { source: 'composer:2', line: 6 },
        { source: 'ghcr.io/acme/base:1', platforms: ['linux/arm64'], line: 8 },
      ],
    });
  });

  test('what nobody here can know with the name of what is missing', () => {
    expect(imagesIn('ARG V\nFROM nginx:$V')?.images).toEqual([
      { source: '', line: 2, problem: 'nginx:$V: nothing here says what V is' },
    ]);
  });
});

describe('a compose file names', () => {
  test('the images it pulls with their platforms, not what it builds', () => {
    const text = [
      'services:',
      '  web:',
      '    image: "nginx:\x24{TAG:-1.21-alpine}" # the shop',
      '    platform: linux/amd64',
      '  api:',
      '    build: ./api',
      '    image: acme/api:dev',
      '  db:',
      "    image: 'postgres:16'",
      '    environment:',
      '      platform: none',
      '  again:',
      '    image: postgres:16',
    ].join('\n');
    expect(imagesIn(text)).toEqual({
      kind: 'compose',
      images: [
        { source: 'nginx:1.21-alpine', platforms: ['linux/amd64'], line: 3 },
        { source: 'postgres:16', line: 9 },
      ],
    });
  });

  test('the same in a piece out of its middle, a Kubernetes manifest, and JSON', () => {
    expect(sources('    image: redis:6.2')).toEqual(['redis:6.2']);
    expect(sources('containers:\n- name: a\n  image: nginx:1\n- image: redis:6\n  name: b')).toEqual([
      'nginx:1',
      'redis:6',
    ]);
    expect(sources('{\n  "image": "nginx:1",\n  "tty": true\n}')).toEqual(['nginx:1']);
  });
});

test.each(['nginx:1.21 base-images/nginx', 'nginx:1\nredis:2', 'please mirror the image: it is old', ''])(
  '%j is neither',
  (text) => {
    expect(imagesIn(text)).toBeUndefined();
  },
);
