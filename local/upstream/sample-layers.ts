import { formatPlatform, type Platform } from '../../core/oci/platform.ts';
import type { SampleLayer } from './sample.ts';
import type { SampleFile } from './tar.ts';

/** What a Dockerfile step leaves behind on one platform. */
export function buildStep(step: {
  readonly what: string;
  readonly command: string;
  readonly platform: Platform;
  readonly createdAt: string;
  readonly files: readonly SampleFile[];
}): SampleLayer {
  const { command, createdAt, files } = step;
  return { createdBy: command, createdAt, seed: `${step.what} ${formatPlatform(step.platform)}`, files };
}

/** A shell script copied in: the same bytes on every platform, so the layer is shared by all of them. */
export function script(path: string, createdAt: string): SampleLayer {
  const name = path.split('/').at(-1) ?? path;
  return {
    createdBy: `COPY ${name} /${path} # buildkit`,
    createdAt,
    seed: path,
    files: [{ path, text: `#!/bin/sh\n# ${name}: sample content\nset -eu\nexec "$@"\n`, mode: 0o755 }],
  };
}

export function alpineBase(version: string, platform: Platform, createdAt: string): SampleLayer {
  const short = version.split('.').slice(0, 2).join('.');
  return buildStep({
    what: `alpine-${version}`,
    command: `ADD alpine-minirootfs-${version}.tar.gz / # buildkit`,
    platform,
    createdAt,
    files: [
      {
        path: 'etc/os-release',
        text: `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${short}"\n`,
      },
      { path: 'lib/libcrypto.so.1.1', sizeBytes: 2_000_000, mode: 0o755 },
      { path: 'bin/busybox', sizeBytes: 800_000, mode: 0o755 },
    ],
  });
}

export function debianBase(wish: {
  /** `12 (bookworm)` */
  readonly release: string;
  readonly sizeBytes: number;
  readonly platform: Platform;
  readonly createdAt: string;
}): SampleLayer {
  const { release, platform, createdAt } = wish;
  return buildStep({
    what: `debian-${release}`,
    command: '/bin/sh -c #(nop) ADD file:rootfs.tar.xz in / ',
    platform,
    createdAt,
    files: [
      {
        path: 'etc/os-release',
        text: `PRETTY_NAME="Debian GNU/Linux ${release}"\nVERSION_ID="${release.split(' ')[0]}"\nID=debian\n`,
      },
      { path: 'usr/lib/libc.so.6', sizeBytes: wish.sizeBytes, mode: 0o755 },
    ],
  });
}
