import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { type Digest, parseDigest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';

/** What a tag means in ECR before anything is copied. */
export type TargetTag =
  | { readonly kind: 'noRepository' }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly digest: Digest;
      readonly mediaType?: string;
      /** Epoch milliseconds. */
      readonly pushedAt?: number;
      /** Moved to ECR's archive by a lifecycle rule: there, but not to be pulled before it is restored. */
      readonly archived: boolean;
    };

export interface TargetQuestion {
  readonly repository: EcrRepositoryName;
  readonly tag: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks by id, which finds images of any media type and archived ones too: a listing hides those.
 * Any other problem is thrown as the SDK's error.
 */
export async function describeTarget(ecr: Ecr, question: TargetQuestion): Promise<TargetTag> {
  const { repository, tag, signal } = question;
  const command = new DescribeImagesCommand({
    registryId: ecr.account,
    repositoryName: repository,
    imageIds: [{ imageTag: tag }],
  });
  try {
    const { imageDetails = [] } = await ecr.client.send(command, signal ? { abortSignal: signal } : {});
    const [detail] = imageDetails;
    if (!detail?.imageDigest) return { kind: 'absent' };
    return {
      kind: 'present',
      digest: parseDigest(detail.imageDigest),
      ...(detail.imageManifestMediaType !== undefined && { mediaType: detail.imageManifestMediaType }),
      ...(detail.imagePushedAt !== undefined && { pushedAt: detail.imagePushedAt.getTime() }),
      archived: detail.imageStatus !== undefined && detail.imageStatus !== 'ACTIVE',
    };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'RepositoryNotFoundException') return { kind: 'noRepository' };
    if (name === 'ImageNotFoundException') return { kind: 'absent' };
    throw error;
  }
}
