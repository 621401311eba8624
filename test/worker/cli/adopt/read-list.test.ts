import { describe, expect, test } from '@jest/globals';
import { readOldList } from '../../../../worker/cli/adopt/read-list.ts';

const read = (text: string) => {
  const { images, rules, unread } = readOldList(text);
  return {
    images: images.map(({ line, source, target }) => [
      line,
      source,
      ...(target === undefined ? [] : [target]),
    ]),
    rules: rules.map(({ line: _, ...rule }) => rule),
    unread: unread.map(({ line, why }) => `${line}: ${why}`),
  };
};

test('pairs of a Python script; what is no pair is listed, code is not', () => {
  const text = `#!/usr/bin/env python3
import subprocess
# ('old:1', 'base-images/old') was here
IMAGES = [
    ('nginx:1.21-alpine', 'base-images/nginx'),
    ("ghcr.io/acme/app:2", "base-images/app:2"),  # ours
    ['redis:6.2', 'base-images/redis'],
    (f'{BASE}/tool:1', 'base-images/tool'),
    'alpine:3.19',
]
for source, target in IMAGES:
    subprocess.run(['echo', source])
`;
  expect(read(text)).toEqual({
    images: [
      [5, 'nginx:1.21-alpine', 'base-images/nginx'],
      [6, 'ghcr.io/acme/app:2', 'base-images/app:2'],
      [7, 'redis:6.2', 'base-images/redis'],
    ],
    rules: [],
    unread: ['8: it has a variable in it', '9: an image without the target beside it'],
  });
});

test('docker pull, tag and push: what is tagged is a pair, what is only pulled is listed', () => {
  const text = `set -e
docker pull nginx:1.21-alpine
docker tag nginx:1.21-alpine 123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx:1.21-alpine
docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx:1.21-alpine
docker pull --platform linux/amd64 redis:6.2 && docker tag redis:6.2 x
docker pull busybox:1.36
docker tag "$IMAGE" base-images/x
`;
  expect(read(text)).toEqual({
    images: [
      [
        3,
        'nginx:1.21-alpine',
        '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx:1.21-alpine',
      ],
    ],
    rules: [],
    unread: [
      '5: it is pulled, and tagged nowhere',
      '6: it is pulled, and tagged nowhere',
      '7: it has a variable in it',
    ],
  });
});

test('lines of a source and a target, with comments and without a target', () => {
  const text = '# base images\nnginx:1.21-alpine base-images/nginx # weekly\nredis:6.2\n\nNGINX x\na b c\n';
  expect(read(text)).toEqual({
    images: [
      [2, 'nginx:1.21-alpine', 'base-images/nginx'],
      [3, 'redis:6.2'],
    ],
    rules: [],
    unread: [
      '5: NGINX is not an image: repository names are lower case',
      '6: more than a source and a target',
    ],
  });
});

describe('regsync.yml', () => {
  const text = `version: 1
creds:
  - registry: registry.example.com
    user: "{{env \\"USER\\"}}"
defaults:
  schedule: "15 02 * * 1"
sync:
  - source: busybox:latest
    target: registry.example.com/library/busybox:latest
    type: image
  - source: nginx
    target: base-images/nginx
    type: repository
    tags:
      allow:
        - "1\\\\.2[0-9]-alpine"
        - stable
  - source: alpine
    target: base-images/alpine
    type: repository
    tags:
      semverRange: [">=3.18"]
  - source: redis
    target: base-images/redis
    type: repository
  - source: ghcr.io
    target: registry.example.com
    type: registry
  - source: golang
    target: base-images/golang
    type: repository
    tags:
      deny: ["rc.*"]
`;
  test('images, and repositories by the tags that are allowed; the rest is listed', () => {
    expect(read(text)).toEqual({
      images: [[8, 'busybox:latest', 'registry.example.com/library/busybox:latest']],
      rules: [
        { source: 'nginx', target: 'base-images/nginx', match: '1\\.2[0-9]-alpine|stable' },
        { source: 'alpine', target: 'base-images/alpine', semver: '>=3.18' },
      ],
      unread: [
        '23: all tags of a repository: name some',
        '26: a registry is more than a list of images',
        '29: "deny" of tags is not known here: say what is allowed',
      ],
    });
  });
});

test('skopeo sync YAML: tags, expressions and ranges; all tags of a repository are listed', () => {
  const text = `registry.example.com:
  images:
    busybox: []
    redis:
      - "6.2"
      - sha256:${'a'.repeat(64)}
  images-by-tag-regex:
    nginx: ^1\\.13\\.[12]-alpine$
  tls-verify: false
quay.io:
  images-by-semver:
    coreos/etcd: ">= 3.5.0"
`;
  expect(read(text)).toEqual({
    images: [[4, 'registry.example.com/redis:6.2']],
    rules: [
      { source: 'registry.example.com/nginx', match: '1\\.13\\.[12]-alpine' },
      { source: 'quay.io/coreos/etcd', semver: '>= 3.5.0' },
    ],
    unread: ['3: all tags of a repository: name some', '4: it names a digest, which never changes'],
  });
});

test('a tag that YAML takes for a number is read as it was written', () => {
  const text = `registry.example.com:
  images:
    redis: [7, 1.10, 010]
  images-by-semver:
    etcd: 3.10
`;
  const { images, rules } = read(text);
  expect(images.map(([, source]) => source)).toEqual([
    'registry.example.com/redis:7',
    'registry.example.com/redis:1.10',
    'registry.example.com/redis:010',
  ]);
  expect(rules).toEqual([{ source: 'registry.example.com/etcd', semver: '3.10' }]);
});

test.each([
  ['nothing', ''],
  ['a YAML of something else', 'services:\n  web:\n    build: .\n'],
  ['bytes', '\u0000\u0001'],
])('%s throws nothing and loses nothing silently', (_name, text) => {
  const { images, rules, unread } = readOldList(text);
  expect(images.length + rules.length).toBe(0);
  if (text.trim() !== '') expect(unread.length).toBeGreaterThan(0);
});
