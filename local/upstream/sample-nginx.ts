import type { Platform } from '../../core/oci/platform.ts';
import type { SampleImage, SamplePlatform } from './sample.ts';
import { alpineBase, buildStep, debianBase, script } from './sample-layers.ts';
import { AMD64, ARM64 } from './sample-platforms.ts';

const MB = 1_000_000;

interface NginxAlpine {
  readonly version: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  /** The version whose layers it has: several tags share them to keep the first start short. */
  readonly content: '1.21.6' | '1.27.5';
  readonly platforms?: readonly Platform[];
  readonly attested?: readonly Platform[];
}

/** An official nginx on Alpine. */
export function nginxAlpine(wish: NginxAlpine): SampleImage {
  const { version, createdAt, platforms = [AMD64, ARM64], attested = [] } = wish;
  const [alpine, builtAt] =
    wish.content === '1.21.6'
      ? (['3.15.4', '2022-05-28T05:41:00Z'] as const)
      : (['3.21.3', '2025-04-16T14:50:00Z'] as const);
  return {
    repository: 'library/nginx',
    tags: wish.tags,
    createdAt,
    format: 'oci index',
    platforms: platforms.map(
      (platform): SamplePlatform => ({
        platform,
        attested: attested.includes(platform),
        layers: [
          alpineBase(alpine, platform, builtAt),
          buildStep({
            what: `nginx-${wish.content}-alpine`,
            command:
              'RUN /bin/sh -c set -x && addgroup -g 101 -S nginx && apk add -X "https://nginx.org/packages/mainline/alpine" nginx',
            platform,
            createdAt: builtAt,
            files: [
              { path: 'usr/sbin/nginx', sizeBytes: 1.3 * MB, mode: 0o755 },
              { path: 'usr/lib/nginx/modules/ngx_http_js_module.so', sizeBytes: 5.6 * MB, mode: 0o755 },
              {
                path: 'etc/nginx/nginx.conf',
                text: 'user nginx;\nworker_processes auto;\nevents { worker_connections 1024; }\n',
              },
            ],
          }),
          ...nginxScripts(builtAt),
        ],
      }),
    ),
    run: nginxRun(version),
    annotations: nginxAnnotations(version, createdAt),
  };
}

/** An official nginx on Debian, for two platforms, both attested. */
export function nginxDebian(version: string, tags: readonly string[], createdAt: string): SampleImage {
  const builtAt = '2025-04-16T14:50:00Z';
  return {
    repository: 'library/nginx',
    tags,
    createdAt,
    format: 'oci index',
    platforms: [AMD64, ARM64].map((platform) => ({
      platform,
      attested: true,
      layers: [
        debianBase({ release: '12 (bookworm)', sizeBytes: 12 * MB, platform, createdAt: builtAt }),
        buildStep({
          what: 'nginx-1.27.5',
          command: 'RUN /bin/sh -c set -x && groupadd --system --gid 101 nginx && apt-get install -y nginx',
          platform,
          createdAt: builtAt,
          files: [
            { path: 'usr/sbin/nginx', sizeBytes: 1.6 * MB, mode: 0o755 },
            { path: 'usr/share/locale/locale-archive', sizeBytes: 14 * MB },
          ],
        }),
        ...nginxScripts(builtAt),
      ],
    })),
    run: nginxRun(version),
    annotations: nginxAnnotations(version, createdAt),
  };
}

const nginxScripts = (createdAt: string) => [
  script('docker-entrypoint.sh', createdAt),
  script('docker-entrypoint.d/10-listen-on-ipv6-by-default.sh', createdAt),
  script('docker-entrypoint.d/20-envsubst-on-templates.sh', createdAt),
  script('docker-entrypoint.d/30-tune-worker-processes.sh', createdAt),
];

const nginxRun = (version: string) => ({
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `NGINX_VERSION=${version}`],
  Entrypoint: ['/docker-entrypoint.sh'],
  Cmd: ['nginx', '-g', 'daemon off;'],
  ExposedPorts: { '80/tcp': {} },
  Labels: { maintainer: 'NGINX Docker Maintainers <docker-maint@nginx.com>' },
  StopSignal: 'SIGQUIT',
});

const nginxAnnotations = (version: string, createdAt: string) => ({
  'org.opencontainers.image.created': createdAt,
  'org.opencontainers.image.source': 'https://github.com/nginxinc/docker-nginx',
  'org.opencontainers.image.url': 'https://hub.docker.com/_/nginx',
  'org.opencontainers.image.version': version,
});
