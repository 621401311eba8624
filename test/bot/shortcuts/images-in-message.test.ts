import { describe, expect, test } from '@jest/globals';
import { IMAGES_MAX } from '../../../core/request/parts.ts';
import { imagesInMessage } from '../../../bot/shortcuts/images-in-message.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';

const config = sampleConfig();
const found = (text: string) => imagesInMessage(config, text).map(({ source }) => source);
const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('images that a message names', () => {
  test.each<[string, readonly string[]]>([
    ['we need nginx:1.27-alpine and redis:7 for the shop', ['nginx:1.27-alpine', 'redis:7']],
    ['please mirror `nginx:1.27-alpine`.', ['nginx:1.27-alpine']],
    ['<@U01BOB00001> can you get ghcr.io/acme/tool:2?', ['ghcr.io/acme/tool:2']],
    ['<http://ghcr.io/acme/tool:2|ghcr.io/acme/tool:2> please', ['ghcr.io/acme/tool:2']],
    ['see <https://hub.docker.com/_/nginx>', ['nginx']],
    ['quay.io/prometheus/node-exporter', ['quay.io/prometheus/node-exporter']],
    [`pin it: nginx@${DIGEST}`, [`nginx@${DIGEST}`]],
    ['docker pull postgres:16', ['postgres:16']],
    ['docker run --rm -p 8080:80 nginx:1.27', ['nginx:1.27']],
    ['`grafana/grafana` or nothing', ['grafana/grafana']],
    ['nginx:latest, nginx:latest and docker.io/library/nginx:latest', ['nginx:latest']],
    ['FROM golang:1.23 AS build\nFROM alpine:3.20\nCOPY --from=build /x /x', ['golang:1.23', 'alpine:3.20']],
    ['```FROM alpine:3.20```', ['alpine:3.20']],
    [
      'services:\n  web:\n    image: nginx:1.27\n  db:\n    image: "postgres:16"',
      ['nginx:1.27', 'postgres:16'],
    ],
    ['* nginx:1.27\n• redis:7', ['nginx:1.27', 'redis:7']],
  ])('%j', (text, images) => {
    expect(found(text)).toEqual(images);
  });

  test.each([
    'no image here',
    'let us meet at 10:30 and/or 14:00',
    'see server.ts:42 and src/app.py:7',
    'https://github.com/acme/shop/pull/12',
    'github.com/acme/shop is broken',
    'localhost:8080 does not answer',
    'Note: this is http://127.0.0.1:5000/x',
    'write to a@b.example, c:d',
    '<!channel> <#C01GENERAL1|general> <!date^1700000000^{date}|now>',
    '3:2 for us, 50/50',
    '',
  ])('%j names none', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('are as many as one request takes', () => {
    const text = Array.from({ length: 40 }, (_, n) => `app${n}:1.0`).join(' ');
    expect(found(text)).toHaveLength(IMAGES_MAX);
  });
});
