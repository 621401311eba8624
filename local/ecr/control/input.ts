import * as v from 'valibot';
import { type EcrRepositoryName, parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import type { Repository } from '../state.ts';
import { type EcrWorld, noRepositoryText } from '../world.ts';
import { ControlError, invalidParameter } from './control-error.ts';

/** Parses an input; what has the wrong shape is the fault of the sender's serializer. */
export function parseInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const path = issue ? v.getDotPath(issue) : undefined;
  throw new ControlError('SerializationException', `${path ?? 'body'}: ${issue?.message ?? 'unreadable'}`);
}

export const registryId = v.optional(v.string());
export const imageId = v.object({
  imageDigest: v.optional(v.string()),
  imageTag: v.optional(v.string()),
});
export type ImageId = v.InferOutput<typeof imageId>;
export const page = { nextToken: v.optional(v.string()), maxResults: v.optional(v.number()) };

/** Length and pattern as the API reference has them. */
export function checkRepositoryName(name: string): EcrRepositoryName {
  const result = parseEcrRepositoryName(name);
  if (result.ok) return result.name;
  const pattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
  if (name.length < 2)
    throw invalidParameter('repositoryName', 'Member must have length greater than or equal to 2');
  if (name.length > 256)
    throw invalidParameter('repositoryName', 'Member must have length less than or equal to 256');
  throw invalidParameter('repositoryName', `must satisfy regular expression '${pattern}'`);
}

export function findRepository(world: EcrWorld, name: string): Repository {
  const repository = world.state.repositories.get(checkRepositoryName(name));
  if (!repository) throw new ControlError('RepositoryNotFoundException', noRepositoryText(world, name));
  return repository;
}

/** At most `max` (the API's own limit for a list). */
export function checkLength(list: readonly unknown[], parameter: string, max: number): void {
  if (list.length > max)
    throw invalidParameter(parameter, `Member must have length less than or equal to ${max}`);
}

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** A page of a list in a stable order; tokens are opaque to the client. */
export function pageOf<T>(items: readonly T[], request: PageRequest, defaultSize: number) {
  const size = request.maxResults ?? defaultSize;
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw invalidParameter('maxResults', 'Member must be between 1 and 1000');
  }
  const start = request.nextToken ? Number(Buffer.from(request.nextToken, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('nextToken', 'Invalid token');
  const end = start + size;
  const nextToken = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(start, end), ...(nextToken && { nextToken }) };
}
