import type { ListImageReferrersResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { isDigest } from '../../../core/oci/digest.ts';
import { referrersOf } from '../referrers.ts';
import type { Wire } from '../wire.ts';
import { invalidParameter } from './control-error.ts';
import { findRepository, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  subjectId: v.object({ imageDigest: v.string() }),
  filter: v.optional(v.object({ artifactTypes: v.optional(v.array(v.string())) })),
  ...page,
});

const PAGE = 20;
const PAGE_MAX = 50;

export const listImageReferrers: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  const { imageDigest } = input.subjectId;
  if (!isDigest(imageDigest)) throw invalidParameter('imageDigest', 'must be a digest');
  if ((input.maxResults ?? PAGE) > PAGE_MAX) {
    throw invalidParameter('maxResults', `Member must have value less than or equal to ${PAGE_MAX}`);
  }
  const types = input.filter?.artifactTypes;
  const all = referrersOf(repository, imageDigest).filter(
    ({ artifactType }) => types === undefined || types.includes(artifactType ?? ''),
  );
  const { items, nextToken } = pageOf(all, input, PAGE);
  return {
    referrers: items.map((referrer) => ({ ...referrer, artifactStatus: 'ACTIVE' as const })),
    ...(nextToken && { nextToken }),
  } satisfies Wire<ListImageReferrersResponse>;
};
