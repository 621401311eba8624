import type { Digest } from '../../../core/oci/digest.ts';
import type { ScanView } from '../scan/plan.ts';
import { severityCounts } from '../scan/findings-shape.ts';

/** The envelope of Amazon EventBridge ("Events from AWS services", common fields). */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: 'aws.ecr' | 'aws.inspector2';
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

export type EventBody = Pick<EventBridgeEvent, 'detail-type' | 'source' | 'resources' | 'detail'>;

export interface EventImage {
  readonly repository: string;
  readonly repositoryArn: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
}

/** ECR user guide, "Amazon ECR events and EventBridge", completed image push: one a manifest, children too. */
export function pushEvent({ repository, digest }: EventImage, tag: string | undefined): EventBody {
  return {
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': repository,
      'image-digest': digest,
      'action-type': 'PUSH',
      ...(tag !== undefined && { 'image-tag': tag }),
    },
  };
}

/**
 * The same page, completed image scan, and the Inspector user guide for enhanced scanning, whose `repository-name` is
 * the repository's ARN. Undefined while the scan is not over, and for ends that have no event of their own.
 */
export function scanEvent(image: EventImage, scan: ScanView): EventBody | undefined {
  const { repository, repositoryArn, digest, tags } = image;
  const resources = [repositoryArn];
  const about = { 'image-digest': digest, 'image-tags': tags };
  if (scan.kind === 'status' && scan.status === 'FAILED') {
    const detail = { 'scan-status': 'FAILED', 'repository-name': repository, ...about };
    return { 'detail-type': 'ECR Image Scan', source: 'aws.ecr', resources, detail };
  }
  if (scan.kind !== 'findings' || scan.completedAt === undefined) return undefined;
  const counts = severityCounts(scan.findings);
  if (scan.format === 'basic') {
    const detail = {
      'scan-status': 'COMPLETE',
      'repository-name': repository,
      'finding-severity-counts': counts,
      ...about,
    };
    return { 'detail-type': 'ECR Image Scan', source: 'aws.ecr', resources, detail };
  }
  const detail = {
    'scan-status': 'INITIAL_SCAN_COMPLETE',
    'repository-name': repositoryArn,
    'finding-severity-counts': { ...counts, TOTAL: scan.findings.length },
    ...about,
  };
  return { 'detail-type': 'Inspector2 Scan', source: 'aws.inspector2', resources, detail };
}
