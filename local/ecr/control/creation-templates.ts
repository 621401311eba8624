import type {
  CreateRepositoryCreationTemplateResponse,
  DescribeRepositoryCreationTemplatesResponse,
  RepositoryCreationTemplate,
} from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { CreationTemplate } from '../registry-settings.ts';
import { seconds, type Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { encryptionConfiguration, tagList } from './create-repository.ts';
import { page, pageOf, parseInput } from './input.ts';
import type { Operation } from './operation.ts';
import { exclusionShape } from './repository-shape.ts';
import { checkExclusions, exclusionFilters, mutability } from './tag-mutability-input.ts';

const created = v.object({
  prefix: v.string(),
  appliedFor: v.array(v.picklist(['CREATE_ON_PUSH', 'PULL_THROUGH_CACHE', 'REPLICATION'])),
  imageTagMutability: v.optional(mutability, 'MUTABLE'),
  imageTagMutabilityExclusionFilters: exclusionFilters,
  encryptionConfiguration,
  resourceTags: tagList,
});

export const createRepositoryCreationTemplate: Operation = ({ world }, raw) => {
  const input = parseInput(created, raw);
  const { prefix, appliedFor } = input;
  if (world.state.creationTemplates.has(prefix)) {
    throw new ControlError(
      'TemplateAlreadyExistsException',
      `The repository creation template with prefix '${prefix}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const template: CreationTemplate = {
    prefix,
    appliedFor,
    mutability: input.imageTagMutability,
    exclusions: checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
    encryption: input.encryptionConfiguration ?? { encryptionType: 'AES256' },
    tags: input.resourceTags ?? [],
    createdAt: world.now(),
  };
  world.state.change({ kind: 'creationTemplate', template });
  return {
    registryId: world.accountId,
    repositoryCreationTemplate: shapeOf(template),
  } satisfies Wire<CreateRepositoryCreationTemplateResponse>;
};

const described = v.object({ prefixes: v.optional(v.array(v.string())), ...page });

export const describeRepositoryCreationTemplates: Operation = ({ world }, raw) => {
  const input = parseInput(described, raw);
  const asked = [...world.state.creationTemplates.values()].filter(
    ({ prefix }) => input.prefixes?.includes(prefix) ?? true,
  );
  const { items, nextToken } = pageOf(asked, input, 100);
  return {
    registryId: world.accountId,
    repositoryCreationTemplates: items.map(shapeOf),
    ...(nextToken && { nextToken }),
  } satisfies Wire<DescribeRepositoryCreationTemplatesResponse>;
};

const shapeOf = (template: CreationTemplate) =>
  ({
    prefix: template.prefix,
    appliedFor: template.appliedFor.filter(isAppliedFor),
    imageTagMutability: template.mutability,
    ...(template.exclusions.length > 0 && {
      imageTagMutabilityExclusionFilters: exclusionShape(template.exclusions),
    }),
    encryptionConfiguration: template.encryption,
    resourceTags: template.tags,
    createdAt: seconds(template.createdAt),
    updatedAt: seconds(template.createdAt),
  }) satisfies Wire<RepositoryCreationTemplate>;

type AppliedFor = NonNullable<RepositoryCreationTemplate['appliedFor']>[number];
const isAppliedFor = (name: string): name is AppliedFor => name !== '';
