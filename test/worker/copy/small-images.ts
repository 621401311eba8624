import type { SampleImage, SampleLayer } from '../../../local/upstream/sample.ts';
import { script } from '../../../local/upstream/sample-layers.ts';
import { AMD64, ARM64 } from '../../../local/upstream/sample-platforms.ts';

const CREATED = '2024-01-02T03:04:05Z';

function layer(seed: string, sizeBytes: number): SampleLayer {
  return { createdBy: `COPY ${seed} /`, createdAt: CREATED, seed, files: [{ path: seed, sizeBytes }] };
}

/** Two platforms, one attested, a layer that both share. */
export const SMALL_INDEX: SampleImage = {
  repository: 'library/small',
  tags: ['1', 'latest'],
  createdAt: CREATED,
  format: 'oci index',
  platforms: [AMD64, ARM64].map((platform) => ({
    platform,
    layers: [
      layer(`base-${platform.architecture}`, 900_000),
      layer('middle', 200_000),
      script('run', CREATED),
    ],
    attested: platform === AMD64,
  })),
};

/** Shares its layers with SMALL_INDEX's amd64 image. */
export const SMALL_DOCKER_LIST: SampleImage = {
  ...SMALL_INDEX,
  repository: 'library/docker-list',
  tags: ['1', '2'],
  format: 'docker list',
  platforms: SMALL_INDEX.platforms.map(({ platform, layers }) => ({ platform, layers })),
};

export const SMALL_OCI_IMAGE: SampleImage = {
  repository: 'library/single',
  tags: ['1'],
  createdAt: CREATED,
  format: 'oci image',
  platforms: [{ platform: AMD64, layers: [layer('single', 120_000)] }],
};

export const SMALL_DOCKER_IMAGE: SampleImage = {
  ...SMALL_OCI_IMAGE,
  repository: 'library/docker-single',
  format: 'docker image',
};

export const SMALL_PRIVATE: SampleImage = {
  ...SMALL_OCI_IMAGE,
  repository: 'acme/secret',
  owner: 'acme',
};

export const SMALL_IMAGES = [
  SMALL_INDEX,
  SMALL_DOCKER_LIST,
  SMALL_OCI_IMAGE,
  SMALL_DOCKER_IMAGE,
  SMALL_PRIVATE,
];
