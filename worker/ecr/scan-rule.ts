import { BatchGetRepositoryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';
import { describeEcrError } from './errors.ts';

export interface ScanRuleQuestion {
  readonly repository: EcrRepositoryName;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether anything scans the repository by itself: its own scan on push, or a rule of the registry's scanning
 * configuration. Undefined where the worker may not ask (ecr:BatchGetRepositoryScanningConfiguration). Other problems
 * are thrown as the SDK's error.
 */
export async function isScanned(ecr: Ecr, question: ScanRuleQuestion): Promise<boolean | undefined> {
  const { repository, signal } = question;
  const command = new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repository] });
  try {
    const { scanningConfigurations = [] } = await ecr.client.send(
      command,
      signal ? { abortSignal: signal } : {},
    );
    const [found] = scanningConfigurations;
    if (!found) return undefined;
    return (
      found.scanOnPush === true || (found.scanFrequency !== undefined && found.scanFrequency !== 'MANUAL')
    );
  } catch (error) {
    const problem = describeEcrError(error, {
      ...ecr,
      action: 'ecr:BatchGetRepositoryScanningConfiguration',
    });
    if (problem.kind === 'permission') return undefined;
    throw error;
  }
}
