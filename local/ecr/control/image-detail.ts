import type { ImageDetail } from '@aws-sdk/client-ecr';
import { severityCounts } from '../scan/findings-shape.ts';
import { scanOf } from '../scan/scans.ts';
import { parseStoredManifest } from '../data/manifest-document.ts';
import { type Repository, type StoredImage, tagsOf } from '../state.ts';
import { seconds, type Wire } from '../wire.ts';
import type { EcrWorld } from '../world.ts';

export function imageDetail(world: EcrWorld, repository: Repository, image: StoredImage) {
  const tags = tagsOf(repository, image.digest);
  const { subject } = parseStoredManifest(image.manifest);
  return {
    registryId: world.accountId,
    repositoryName: repository.settings.name,
    imageDigest: image.digest,
    ...(tags.length > 0 && { imageTags: tags }),
    imageSizeInBytes: imageSize(repository, image),
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(image.artifactType && { artifactMediaType: image.artifactType }),
    ...(subject && { subjectManifestDigest: subject.digest }),
    imageStatus: image.status,
    ...scanParts(world, repository, image),
  } satisfies Wire<ImageDetail>;
}

/** Compressed bytes; for an index the largest child. */
function imageSize(repository: Repository, image: StoredImage): number {
  const { config, layers = [], manifests = [] } = parseStoredManifest(image.manifest);
  const own = layers.reduce((sum, layer) => sum + layer.size, config?.size ?? 0);
  const children = manifests.map((child) => repository.images.get(child.digest));
  return Math.max(own, ...children.map((child) => (child ? imageSize(repository, child) : 0)));
}

function scanParts(world: EcrWorld, repository: Repository, image: StoredImage) {
  const scan = scanOf(world, repository, image);
  if (scan.kind === 'notFound') return {};
  const imageScanStatus = { status: scanStatus(scan.status) };
  if (scan.kind !== 'findings' || scan.completedAt === undefined) return { imageScanStatus };
  return {
    imageScanStatus,
    imageScanFindingsSummary: {
      imageScanCompletedAt: seconds(scan.completedAt),
      findingSeverityCounts: severityCounts(scan.findings),
    },
  };
}

type Status = NonNullable<NonNullable<ImageDetail['imageScanStatus']>['status']>;

/** A script may name a status that this SDK does not know yet; on the wire it is a string like any other. */
export function scanStatus(status: string): Status {
  if (isStatus(status)) return status;
  throw new Error('a scan status is empty');
}
const isStatus = (status: string): status is Status => status !== '';
