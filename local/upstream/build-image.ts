import type { Digest } from '../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { attestationOf } from './build-attestation.ts';
import { type BuiltReferrer, buildReferrer } from './build-referrer.ts';
import { addBlob, addManifest, type Parts, pointTo, type StoredManifest } from './documents.ts';
import type { LayerBlob } from './layers.ts';
import type { SampleImage, SampleLayer, SamplePlatform } from './sample.ts';
import type { Source } from './tar.ts';

/** An image as a registry keeps it: the manifest a tag points at, its children, every blob. */
export interface BuiltImage {
  readonly root: StoredManifest;
  readonly manifests: readonly StoredManifest[];
  readonly blobs: ReadonlyMap<Digest, Source>;
  readonly referrers: readonly BuiltReferrer[];
}

const CONFIG_TYPE = {
  oci: 'application/vnd.oci.image.config.v1+json',
  docker: 'application/vnd.docker.container.image.v1+json',
} as const;
const LAYER_TYPE = {
  oci: 'application/vnd.oci.image.layer.v1.tar+gzip',
  docker: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** All documents of an image, written as BuildKit and Docker write them. */
export function buildImage(image: SampleImage, layer: (recipe: SampleLayer) => LayerBlob): BuiltImage {
  const parts: Parts = { manifests: [], blobs: new Map() };
  const children = image.platforms.map((each) => ({
    each,
    manifest: buildPlatform(image, each, { layer, parts }),
  }));
  if (image.format === 'oci image' || image.format === 'docker image') {
    const [only, ...rest] = children;
    if (!only || rest.length > 0)
      throw new RangeError(`${image.repository}: a single image has one platform`);
    const referrers = hang(image, { root: only.manifest, children: [] }, parts);
    return { root: only.manifest, ...parts, referrers };
  }
  const flavour = flavourOf(image);
  const entries: object[] = children.map(({ each, manifest }) => ({
    ...(image.annotations && { annotations: childAnnotations(image, each) }),
    ...pointTo(manifest),
    platform: each.platform,
  }));
  for (const { each, manifest } of children) {
    if (each.attested) entries.push(attestationOf(manifest, image, parts));
  }
  const root = addManifest(parts, flavour === 'oci' ? MEDIA_TYPE.ociIndex : MEDIA_TYPE.dockerList, {
    manifests: entries,
  });
  const referrers = hang(image, { root, children: children.map(({ manifest }) => manifest) }, parts);
  return { root, ...parts, referrers };
}

interface Built {
  readonly root: StoredManifest;
  readonly children: readonly StoredManifest[];
}

function hang(
  { beside = [] }: SampleImage,
  { root, children }: Built,
  parts: Parts,
): readonly BuiltReferrer[] {
  const built: BuiltReferrer[] = [];
  for (const each of beside) {
    const first = built[0]?.manifest;
    const subjects = { root: [root], 'each platform': children, beside: first ? [first] : [] }[each.of];
    for (const subject of subjects) built.push(buildReferrer(subject, each, parts));
  }
  return built;
}

function buildPlatform(
  image: SampleImage,
  each: SamplePlatform,
  into: { readonly layer: (recipe: SampleLayer) => LayerBlob; readonly parts: Parts },
): StoredManifest {
  const { parts } = into;
  const flavour = flavourOf(image);
  const layers = each.layers.map(into.layer);
  for (const blob of layers) parts.blobs.set(blob.digest, blob.source);
  const config = addBlob(parts, {
    ...each.platform,
    config: image.run ?? {},
    created: image.createdAt,
    history: [
      ...each.layers.map(({ createdAt, createdBy }) => ({ created: createdAt, created_by: createdBy })),
      ...(image.run?.Cmd
        ? [
            {
              created: image.createdAt,
              created_by: `CMD ${JSON.stringify(image.run.Cmd)}`,
              empty_layer: true,
            },
          ]
        : []),
    ],
    rootfs: { type: 'layers', diff_ids: layers.map((blob) => blob.diffId) },
  });
  const type = flavour === 'oci' ? MEDIA_TYPE.ociManifest : MEDIA_TYPE.dockerManifest;
  return addManifest(parts, type, {
    config: { mediaType: CONFIG_TYPE[flavour], ...config },
    layers: layers.map((blob) => ({
      mediaType: LAYER_TYPE[flavour],
      digest: blob.digest,
      size: blob.source.sizeBytes,
    })),
    ...(flavour === 'oci' && image.annotations && { annotations: image.annotations }),
  });
}

const flavourOf = ({ format }: SampleImage): 'oci' | 'docker' =>
  format.startsWith('oci') ? 'oci' : 'docker';

function childAnnotations(image: SampleImage, { platform }: SamplePlatform): object {
  const { architecture, variant } = platform;
  return {
    'com.docker.official-images.bashbrew.arch': `${architecture}${variant ?? ''}`,
    ...image.annotations,
  };
}
