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

/** What happens to a push: the repository's own flag or a rule of the registry; under enhanced scanning only rules count. */
export function scanFrequency(
  { state }: EcrWorld,
  { settings }: Repository,
): 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL' {
  const { scanType, rules } = state.scanning;
  const rule = rules.find(({ filters }) => filters.some((filter) => matches(filter, settings.name)));
  if (rule && rule.scanFrequency !== 'MANUAL') return rule.scanFrequency;
  return scanType === 'BASIC' && settings.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL';
}

/** Without a wildcard any name that has it somewhere fits (ECR user guide, "Filters to choose which repositories are scanned"). */
function matches(filter: string, name: string): boolean {
  if (!filter.includes('*')) return name.includes(filter);
  const parts = filter.split('*').map((part) => part.replace(/[.]/g, '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

/** Has a root file system: neither BuildKit's attestations nor other artifacts. */
function isRunnable(image: StoredImage): boolean {
  const { config, layers = [] } = parseStoredManifest(image.manifest);
  const isImageConfig =
    config?.mediaType === 'application/vnd.oci.image.config.v1+json' ||
    config?.mediaType === 'application/vnd.docker.container.image.v1+json';
  return isImageConfig && layers.every((layer) => layer.mediaType !== 'application/vnd.in-toto+json');
}
