import type { Repository, StoredImage } from '../state.ts';
import type { EcrWorld } from '../world.ts';
import { isIndexType } from '../../../core/oci/media-type.ts';
import { parseStoredManifest } from '../data/manifest-document.ts';
import { type ScanView, scanAt } from './plan.ts';

/** What DescribeImageScanFindings would see now. An index is never scanned (aws/containers-roadmap#1683). */
export function scanOf(world: EcrWorld, repository: Repository, image: StoredImage): ScanView {
  if (image.scanStartedAt === undefined || isIndexType(image.mediaType)) return { kind: 'notFound' };
  const subject = {
    repository: repository.settings.name,
    digest: image.digest,
    supported: isRunnable(image),
  };
  const plan = world.state.scanPlans.get(image.digest) ?? world.scan(subject);
  return scanAt(plan, image.scanStartedAt, world.now());
}

/** Scan on push: the repository's flag, or the registry's own rule under enhanced scanning. */
export function scanFrequency(
  world: EcrWorld,
  repository: Repository,
): 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL' {
  if (world.scanType === 'ENHANCED') return 'CONTINUOUS_SCAN';
  return repository.settings.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL';
}

/** Has a root file system: neither BuildKit's attestations nor other artifacts. */
function isRunnable(image: StoredImage): boolean {
  const { config, layers = [] } = parseStoredManifest(image.manifest);
  const isImageConfig =
    config?.mediaType === 'application/vnd.oci.image.config.v1+json' ||
    config?.mediaType === 'application/vnd.docker.container.image.v1+json';
  return isImageConfig && layers.every((layer) => layer.mediaType !== 'application/vnd.in-toto+json');
}
