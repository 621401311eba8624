import {
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Digest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import {
  type Finding,
  parseSeverity,
  type ScanFindings,
  type SeverityCounts,
  sumSeverities,
  worstFirst,
} from '../../core/request/findings.ts';
import type { Ecr } from './client.ts';
import { describeEcrError, type EcrProblem } from './errors.ts';
import { fromBasic, fromEnhanced } from './finding-shapes.ts';

/** What one look at a digest's scan brought. */
export type ScanLook =
  | ({ readonly kind: 'found' } & ScanFindings)
  /** Not yet; `status` is ECR's word for it, or why there is none. */
  | { readonly kind: 'waiting'; readonly status: string }
  /** Never; `why` is for people. */
  | { readonly kind: 'unavailable'; readonly why: string };

export interface ScanQuestion {
  readonly repository: EcrRepositoryName;
  /** Of one platform's image: an index is never scanned (aws/containers-roadmap#1683). */
  readonly digest: Digest;
  readonly signal?: AbortSignal | undefined;
}

/** The API's largest page; twenty of them are more than any image has. */
const PAGE = 1000;
const PAGES_MAX = 20;

/**
 * One look, no waiting: the SDK's own waiter takes ACTIVE, UNSUPPORTED_IMAGE and even a missing permission for
 * "not yet" (aws/aws-sdk#288). What passes by itself (throttling, no answer, credentials) is thrown as the SDK's error.
 */
export async function lookAtScan(ecr: Ecr, question: ScanQuestion): Promise<ScanLook> {
  try {
    const first = await page(ecr, question, undefined);
    const view = viewOf(first);
    if (view.kind !== 'found') return view;
    const findings: Finding[] = [...findingsOf(first)];
    let { nextToken } = first;
    for (let n = 1; nextToken !== undefined && n < PAGES_MAX; n += 1) {
      const next = await page(ecr, question, nextToken);
      findings.push(...findingsOf(next));
      nextToken = next.nextToken;
    }
    return { ...view, findings: worstFirst(findings) };
  } catch (error) {
    return withoutScan(
      error,
      describeEcrError(error, { ...ecr, repository: question.repository, action: ACTION }),
    );
  }
}

const ACTION = 'ecr:DescribeImageScanFindings';

function page(ecr: Ecr, { repository, digest, signal }: ScanQuestion, nextToken: string | undefined) {
  const command = new DescribeImageScanFindingsCommand({
    registryId: ecr.account,
    repositoryName: repository,
    imageId: { imageDigest: digest },
    maxResults: PAGE,
    ...(nextToken !== undefined && { nextToken }),
  });
  return ecr.client.send(command, signal ? { abortSignal: signal } : {});
}

/** The counts are those of the whole image on every page: they are taken once, never summed. */
function viewOf(answer: DescribeImageScanFindingsCommandOutput): ScanLook {
  const status = answer.imageScanStatus?.status;
  const description = answer.imageScanStatus?.description;
  const reason = status === undefined ? undefined : UNAVAILABLE[status];
  if (reason !== undefined)
    return { kind: 'unavailable', why: description ? `${reason} (${description})` : reason };
  if (status !== 'COMPLETE' && status !== 'ACTIVE') return { kind: 'waiting', status: status ?? 'no status' };
  const scan = answer.imageScanFindings;
  const counts = countsOf(scan?.findingSeverityCounts);
  const completedAt = scan?.imageScanCompletedAt?.getTime();
  // Enhanced scanning says COMPLETE before its findings are there (aws/aws-sdk#289): not believed without a date.
  if (status === 'COMPLETE' && completedAt === undefined && Object.keys(counts).length === 0) {
    return { kind: 'waiting', status };
  }
  return { kind: 'found', counts, findings: [], ...(completedAt !== undefined && { completedAt }) };
}

const UNAVAILABLE: Readonly<Record<string, string>> = {
  FAILED: 'the scan failed',
  UNSUPPORTED_IMAGE: 'the scanner does not know this kind of image',
  FINDINGS_UNAVAILABLE: 'ECR has no findings for this image',
  LIMIT_EXCEEDED: "the account's scan quota is used up",
  IMAGE_ARCHIVED: 'the image is archived',
  SCAN_ELIGIBILITY_EXPIRED: 'the image is older than what the account scans',
};

function countsOf(raw: Readonly<Record<string, number>> | undefined): SeverityCounts {
  return sumSeverities(Object.entries(raw ?? {}).map(([name, count]) => ({ [parseSeverity(name)]: count })));
}

function findingsOf(answer: DescribeImageScanFindingsCommandOutput): readonly Finding[] {
  const { findings = [], enhancedFindings = [] } = answer.imageScanFindings ?? {};
  return [...findings.map(fromBasic), ...enhancedFindings.map(fromEnhanced)];
}

/** Right after a push ECR may know neither the scan nor the image: both are a "not yet". */
function withoutScan(error: unknown, problem: EcrProblem): ScanLook {
  switch (problem.kind) {
    case 'permission':
      return { kind: 'unavailable', why: `the worker may not ${problem.action}` };
    case 'repositoryNotFound':
      return {
        kind: 'unavailable',
        why: `repository ${problem.repository} is not in account ${problem.account}, Region ${problem.region}`,
      };
    case 'other':
      if (problem.code === 'ScanNotFoundException') return { kind: 'waiting', status: 'no scan yet' };
      if (problem.code === 'ImageNotFoundException')
        return { kind: 'waiting', status: 'image not visible yet' };
      if (problem.code === 'ValidationException' || problem.code === 'InvalidParameterException') {
        return { kind: 'unavailable', why: `ECR refused to say: ${problem.message}` };
      }
      throw error;
    default:
      throw error;
  }
}
