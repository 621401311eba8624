import type { PutImageTagMutabilityResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';
import { exclusionShape } from './repository-shape.ts';
import { checkExclusions, exclusionFilters, mutability } from './tag-mutability-input.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  imageTagMutability: mutability,
  imageTagMutabilityExclusionFilters: exclusionFilters,
});

export const putImageTagMutability: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const { settings } = findRepository(world, input.repositoryName);
  const exclusions = checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
  const changed = { ...settings, mutability: input.imageTagMutability, exclusions };
  world.state.change({ kind: 'settings', settings: changed });
  return {
    registryId: world.accountId,
    repositoryName: settings.name,
    imageTagMutability: changed.mutability,
    ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: exclusionShape(exclusions) }),
  } satisfies Wire<PutImageTagMutabilityResponse>;
};
