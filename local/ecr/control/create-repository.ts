import type { CreateRepositoryResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { checkRepositoryName, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';
import { repositoryShape } from './repository-shape.ts';
import { checkExclusions, exclusionFilters, mutability } from './tag-mutability-input.ts';

export const tagList = v.optional(v.array(v.object({ Key: v.string(), Value: v.string() })));
export const encryptionConfiguration = v.optional(
  v.object({
    encryptionType: v.picklist(['AES256', 'KMS', 'KMS_DSSE']),
    kmsKey: v.optional(v.string()),
  }),
);
const schema = v.object({
  registryId,
  repositoryName: v.string(),
  tags: tagList,
  imageTagMutability: v.optional(mutability, 'MUTABLE'),
  imageTagMutabilityExclusionFilters: exclusionFilters,
  imageScanningConfiguration: v.optional(v.object({ scanOnPush: v.optional(v.boolean()) })),
  encryptionConfiguration,
});
const TAGS_MAX = 50;

export const createRepository: Operation = (context, raw) => {
  const { world } = context;
  const input = parseInput(schema, raw);
  const name = checkRepositoryName(input.repositoryName);
  const exclusions = checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
  const tags = input.tags ?? [];
  if (tags.length > TAGS_MAX)
    throw new ControlError('TooManyTagsException', `A repository has at most ${TAGS_MAX} tags`);
  if (tags.some(({ Key, Value }) => Key.length < 1 || Key.length > 128 || Value.length > 256)) {
    throw new ControlError(
      'InvalidTagParameterException',
      'Tag keys have 1 to 128 characters, values at most 256',
    );
  }
  // Tags at creation are a right of their own (service authorization reference, Amazon ECR).
  const refusal = tags.length > 0 && world.policy.refusal(context.principal, 'ecr:TagResource', name);
  if (refusal) throw new ControlError('AccessDeniedException', refusal.sentence);
  if (world.state.repositories.has(name)) {
    throw new ControlError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const settings = {
    name,
    createdAt: world.now(),
    mutability: input.imageTagMutability,
    exclusions,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: input.encryptionConfiguration ?? { encryptionType: 'AES256' as const },
    tags,
  };
  world.state.change({ kind: 'repository', settings });
  return { repository: repositoryShape(context, settings) } satisfies Wire<CreateRepositoryResponse>;
};
