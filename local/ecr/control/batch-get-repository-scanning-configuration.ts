import type { BatchGetRepositoryScanningConfigurationResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { scanFrequency } from '../scan/scans.ts';
import type { Wire } from '../wire.ts';
import { repositoryArn } from '../world.ts';
import { checkLength, parseInput } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({ repositoryNames: v.array(v.string()) });

export const batchGetRepositoryScanningConfiguration: Operation = ({ world }, raw) => {
  const { repositoryNames } = parseInput(schema, raw);
  checkLength(repositoryNames, 'repositoryNames', 25);
  const known = repositoryNames.flatMap((name) => world.state.repositories.get(name) ?? []);
  return {
    scanningConfigurations: known.map((repository) => ({
      repositoryArn: repositoryArn(world, repository.settings.name),
      repositoryName: repository.settings.name,
      scanOnPush: repository.settings.scanOnPush,
      scanFrequency: scanFrequency(world, repository),
      appliedScanFilters: [],
    })),
    failures: repositoryNames
      .filter((name) => !world.state.repositories.has(name))
      .map((repositoryName) => ({
        repositoryName,
        failureCode: 'REPOSITORY_NOT_FOUND' as const,
        failureReason: 'REPOSITORY_NOT_FOUND',
      })),
  } satisfies Wire<BatchGetRepositoryScanningConfigurationResponse>;
};
