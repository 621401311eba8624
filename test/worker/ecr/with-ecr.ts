import type { EcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID } from '../../../local/ecr/start.ts';
import { createEcr, type Ecr } from '../../../worker/ecr/client.ts';
import { ACCOUNT, REGION } from '../../local/ecr/push.ts';

/** The worker's own client for a stand-in; one try, so that a fault is seen and not waited for. */
export function ecrFor(standIn: EcrStandIn, accessKeyId = LOCAL_ACCESS_KEY_ID, region = REGION): Ecr {
  return createEcr(
    { account: ACCOUNT, region, endpoint: standIn.apiUrl },
    { credentials: { accessKeyId, secretAccessKey: 'any text' }, maxAttempts: 1 },
  );
}

export function repositoryName(text: string): EcrRepositoryName {
  const parsed = parseEcrRepositoryName(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.name;
}
