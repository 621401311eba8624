import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { basicFinding, enhancedFinding, severityCounts } from '../scan/findings-shape.ts';
import { scanOf } from '../scan/scans.ts';
import { seconds, type Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { getImage } from './find-image.ts';
import { scanStatus } from './image-detail.ts';
import { findRepository, imageId, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({ registryId, repositoryName: v.string(), imageId, ...page });

/** Counts are for the whole image on every page. */
export const describeImageScanFindings: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  const image = getImage(world, repository, input.imageId);
  const scan = scanOf(world, repository, image);
  if (scan.kind === 'notFound') {
    const { imageDigest = 'null', imageTag = 'null' } = input.imageId;
    throw new ControlError(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '{imageDigest:'${imageDigest}', imageTag:'${imageTag}'}' ` +
        `in the repository with name '${repository.settings.name}' in the registry with id '${world.accountId}'`,
    );
  }
  const base = {
    registryId: world.accountId,
    repositoryName: repository.settings.name,
    imageId: { ...input.imageId, imageDigest: image.digest },
  };
  if (scan.kind === 'status') {
    const { description } = scan;
    const imageScanStatus = { status: scanStatus(scan.status), ...(description && { description }) };
    return { ...base, imageScanStatus } satisfies Wire<DescribeImageScanFindingsResponse>;
  }
  const { items, nextToken } = pageOf(scan.findings, input, 100);
  const { completedAt } = scan;
  const findings = {
    ...(completedAt !== undefined && {
      imageScanCompletedAt: seconds(completedAt),
      vulnerabilitySourceUpdatedAt: seconds(completedAt - 6 * 60 * 60 * 1000),
      findingSeverityCounts: severityCounts(scan.findings),
    }),
    ...(scan.format === 'basic'
      ? { findings: items.map(basicFinding) }
      : { enhancedFindings: items.map((finding) => enhancedFinding(finding, world)) }),
  };
  return {
    ...base,
    imageScanStatus: { status: scan.status, description: 'The scan was completed successfully.' },
    imageScanFindings: findings,
    ...(nextToken && { nextToken }),
  } satisfies Wire<DescribeImageScanFindingsResponse>;
};
