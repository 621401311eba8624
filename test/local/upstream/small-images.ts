import type { SampleImage } from '../../../local/upstream/sample.ts';

const layers = (seed: string, sizeBytes: number) => [
  {
    createdBy: 'ADD rootfs.tar / # buildkit',
    createdAt: '2024-01-02T03:04:05Z',
    seed,
    files: [
      { path: 'etc/os-release', text: 'ID=sample\n' },
      { path: 'usr/lib/libsample.so', sizeBytes },
    ],
  },
];
const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

/** An index with one attestation; `seed` makes it another image. */
export const smallIndex = (seed = 'one'): SampleImage => ({
  repository: 'library/nginx',
  tags: ['1.21-alpine', '1.22-alpine', '1.23-alpine', 'latest'],
  createdAt: '2024-01-02T03:04:05Z',
  format: 'oci index',
  platforms: [
    { platform: AMD64, layers: layers(`${seed} amd64`, 100_000), attested: true },
    { platform: ARM64, layers: layers(`${seed} arm64`, 70_000) },
  ],
});

export const smallImages: readonly SampleImage[] = [
  smallIndex(),
  {
    repository: 'library/redis',
    tags: ['6.2'],
    createdAt: '2024-01-02T03:04:05Z',
    format: 'docker image',
    platforms: [{ platform: AMD64, layers: layers('redis', 200_000) }],
  },
  {
    repository: 'acme/private-base',
    tags: ['1.0'],
    createdAt: '2024-01-02T03:04:05Z',
    format: 'oci image',
    owner: 'acme',
    platforms: [{ platform: AMD64, layers: layers('acme', 1000) }],
  },
];
