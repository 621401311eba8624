import type { Platform } from '../../core/oci/platform.ts';
import type { SampleImage } from './sample.ts';
import { alpineBase, buildStep, debianBase, script } from './sample-layers.ts';
import { nginxAlpine, nginxDebian } from './sample-nginx.ts';
import { AMD64, ARM6, ARM7, ARM64, I386, PPC64, S390 } from './sample-platforms.ts';

/** The one account the sample Hub knows; its secret is a test value and opens nothing else. */
export const SAMPLE_ACCOUNT = { user: 'acme', secret: 'local-sample-token' } as const;

const MB = 1_000_000;
/** What the sample Docker Hub offers: the shapes of real images, with content of its own. */
export const SAMPLES: readonly SampleImage[] = [
  nginxAlpine({
    version: '1.21.6',
    tags: ['1.21-alpine', '1.21.6-alpine'],
    createdAt: '2022-05-28T05:41:17Z',
    content: '1.21.6',
    platforms: [AMD64, ARM6, ARM7, ARM64, I386, PPC64, S390],
    attested: [AMD64, ARM64],
  }),
  nginxAlpine({
    version: '1.20.2',
    tags: ['1.20-alpine'],
    createdAt: '2022-05-28T05:42:09Z',
    content: '1.21.6',
  }),
  nginxAlpine({
    version: '1.22.1',
    tags: ['1.22-alpine'],
    createdAt: '2023-03-29T18:27:36Z',
    content: '1.21.6',
  }),
  nginxAlpine({
    version: '1.23.4',
    tags: ['1.23-alpine'],
    createdAt: '2023-05-16T21:09:44Z',
    content: '1.21.6',
  }),
  nginxAlpine({
    version: '1.25.5',
    tags: ['1.25-alpine'],
    createdAt: '2024-04-16T14:31:05Z',
    content: '1.27.5',
  }),
  nginxAlpine({
    version: '1.27.5',
    tags: ['1.27-alpine', '1.27.5-alpine', 'alpine'],
    createdAt: '2025-04-16T14:50:31Z',
    content: '1.27.5',
    attested: [AMD64, ARM64],
  }),
  nginxDebian('1.25.5', ['1.25', '1.25.5'], '2024-04-16T14:29:59Z'),
  nginxDebian('1.27.5', ['1.27', '1.27.5', 'latest', 'mainline'], '2025-04-16T14:50:31Z'),
  {
    repository: 'library/python',
    tags: ['3.9-slim-buster', '3.9.17-slim-buster'],
    createdAt: '2023-06-13T20:41:12Z',
    format: 'docker list',
    platforms: [AMD64, ARM7, ARM64, I386].map((platform) => ({ platform, layers: pythonLayers(platform) })),
    run: {
      Env: [
        'PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
        'LANG=C.UTF-8',
        'PYTHON_VERSION=3.9.17',
      ],
      Cmd: ['python3'],
    },
  },
  {
    repository: 'library/busybox',
    tags: ['1.36', '1.36.1'],
    createdAt: '2023-05-18T22:34:17Z',
    format: 'oci image',
    platforms: [{ platform: AMD64, layers: busyboxLayers() }],
    run: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
    annotations: {
      'org.opencontainers.image.version': '1.36.1-glibc',
      'org.opencontainers.image.url': 'https://busybox.net/',
    },
  },
  {
    repository: 'library/redis',
    tags: ['6.2', '6.2.13'],
    createdAt: '2023-07-10T21:03:52Z',
    format: 'docker image',
    platforms: [{ platform: AMD64, layers: redisLayers() }],
    run: {
      Env: ['REDIS_VERSION=6.2.13'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server'],
      ExposedPorts: { '6379/tcp': {} },
    },
  },
  {
    repository: 'acme/web',
    tags: ['2.4', '2.4.1'],
    createdAt: '2025-03-11T10:12:00Z',
    format: 'oci index',
    platforms: [AMD64, ARM64].map((platform) => ({ platform, layers: webLayers(platform) })),
    run: { Cmd: ['web'], Labels: { 'org.opencontainers.image.vendor': 'ACME Web Team' } },
    beside: [
      { what: 'sbom', way: 'subject', of: 'each platform' },
      { what: 'signature', way: 'cosign tag', of: 'root' },
    ],
  },
  {
    repository: 'acme/private-base',
    tags: ['1.0'],
    createdAt: '2024-02-01T09:00:00Z',
    format: 'oci index',
    owner: SAMPLE_ACCOUNT.user,
    platforms: [AMD64, ARM64].map((platform) => ({ platform, layers: privateLayers(platform) })),
    run: { Labels: { 'org.opencontainers.image.vendor': 'ACME Platform Team' } },
  },
];

function pythonLayers(platform: Platform) {
  const createdAt = '2023-06-13T20:41:00Z';
  return [
    debianBase({ release: '10 (buster)', sizeBytes: 22 * MB, platform, createdAt: '2023-06-12T23:20:00Z' }),
    buildStep({
      what: 'python-runtime-deps',
      command:
        'RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates netbase tzdata',
      platform,
      createdAt,
      files: [{ path: 'etc/ssl/certs/ca-certificates.crt', sizeBytes: 2.7 * MB }],
    }),
    buildStep({
      what: 'python-3.9.17',
      command:
        'RUN /bin/sh -c set -eux; wget -O python.tar.xz https://www.python.org/ftp/python/3.9.17/Python-3.9.17.tar.xz',
      platform,
      createdAt,
      files: [
        { path: 'usr/local/bin/python3.9', text: '#!/bin/sh\necho "sample of Python 3.9.17"\n', mode: 0o755 },
        { path: 'usr/local/lib/libpython3.9.so.1.0', sizeBytes: 10.5 * MB, mode: 0o755 },
      ],
    }),
    script('usr/local/bin/python-links', createdAt),
    buildStep({
      what: 'python-pip-23.0.1',
      command: 'RUN /bin/sh -c set -eux; wget -O get-pip.py; python get-pip.py --no-cache-dir pip==23.0.1',
      platform,
      createdAt,
      files: [{ path: 'usr/local/lib/python3.9/site-packages/pip.whl', sizeBytes: 3.2 * MB }],
    }),
  ];
}

function busyboxLayers() {
  return [
    buildStep({
      what: 'busybox-1.36.1',
      command: 'ADD busybox.tar.xz / # buildkit',
      platform: AMD64,
      createdAt: '2023-05-18T22:34:17Z',
      files: [{ path: 'bin/busybox', sizeBytes: 2.2 * MB, mode: 0o755 }],
    }),
  ];
}

function redisLayers() {
  const createdAt = '2023-07-10T21:03:00Z';
  return [
    debianBase({
      release: '12 (bookworm)',
      sizeBytes: 8 * MB,
      platform: AMD64,
      createdAt: '2023-07-04T01:19:00Z',
    }),
    buildStep({
      what: 'redis-6.2.13',
      command:
        'RUN /bin/sh -c set -eux; wget -O redis.tar.gz "$REDIS_DOWNLOAD_URL"; make -C /usr/src/redis install',
      platform: AMD64,
      createdAt,
      files: [{ path: 'usr/local/bin/redis-server', sizeBytes: 4 * MB, mode: 0o755 }],
    }),
    script('usr/local/bin/docker-entrypoint.sh', createdAt),
  ];
}

function webLayers(platform: Platform) {
  const createdAt = '2025-03-11T10:11:00Z';
  return [
    alpineBase('3.21.3', platform, '2025-04-16T14:50:00Z'),
    buildStep({
      what: 'acme-web-2.4.1',
      command: 'COPY web /usr/local/bin/web # buildkit',
      platform,
      createdAt,
      files: [{ path: 'usr/local/bin/web', sizeBytes: 0.9 * MB, mode: 0o755 }],
    }),
  ];
}

function privateLayers(platform: Platform) {
  const createdAt = '2024-02-01T09:00:00Z';
  return [
    alpineBase('3.15.4', platform, '2022-05-28T05:41:00Z'),
    buildStep({
      what: 'acme-base-1.0',
      command: 'COPY ca/ /usr/local/share/ca-certificates/ # buildkit',
      platform,
      createdAt,
      files: [{ path: 'usr/local/share/ca-certificates/acme.crt', sizeBytes: 0.4 * MB }],
    }),
  ];
}
