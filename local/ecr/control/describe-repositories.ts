import type { DescribeRepositoriesResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { invalidParameter } from './control-error.ts';
import { checkLength, findRepository, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';
import { repositoryShape } from './repository-shape.ts';

const schema = v.object({ registryId, repositoryNames: v.optional(v.array(v.string())), ...page });

/** One unknown name fails the whole call. */
export const describeRepositories: Operation = (context, raw) => {
  const { world } = context;
  const input = parseInput(schema, raw);
  const { repositoryNames: names } = input;
  if (names === undefined) {
    const all = [...world.state.repositories.values()];
    const { items, nextToken } = pageOf(all, input, 100);
    const repositories = items.map(({ settings }) => repositoryShape(context, settings));
    return { repositories, ...(nextToken && { nextToken }) } satisfies Wire<DescribeRepositoriesResponse>;
  }
  if (input.maxResults !== undefined || input.nextToken !== undefined) {
    throw invalidParameter('maxResults', 'must not be set together with repositoryNames');
  }
  checkLength(names, 'repositoryNames', 100);
  const repositories = names.map((name) => repositoryShape(context, findRepository(world, name).settings));
  return { repositories } satisfies Wire<DescribeRepositoriesResponse>;
};
