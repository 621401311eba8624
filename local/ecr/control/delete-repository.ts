import type { DeleteRepositoryResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';
import { repositoryShape } from './repository-shape.ts';

const schema = v.object({ registryId, repositoryName: v.string(), force: v.optional(v.boolean(), false) });

/** The product deletes nothing; a scratch repository has to go again. */
export const deleteRepository: Operation = (context, raw) => {
  const { world } = context;
  const input = parseInput(schema, raw);
  const { settings, images } = findRepository(world, input.repositoryName);
  if (images.size > 0 && !input.force) {
    throw new ControlError(
      'RepositoryNotEmptyException',
      `The repository with name '${settings.name}' in registry with id '${world.accountId}' cannot be deleted because it still contains images`,
    );
  }
  world.state.change({ kind: 'repositoryDeleted', repository: settings.name });
  return { repository: repositoryShape(context, settings) } satisfies Wire<DeleteRepositoryResponse>;
};
