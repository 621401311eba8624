import { parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { isTag } from '../../core/oci/reference.ts';

/** A repository of ours as somebody named it, with a tag where one was written. */
export interface NamedRepository {
  readonly repository: string;
  readonly tag?: string;
}

/**
 * `base-images/nginx`, `base-images/nginx:1.21-alpine`, or an address of ECR as the thread gives it, with or without a
 * digest. Undefined where it is no name that ECR takes.
 */
export function parseRepositoryText(text: string): NamedRepository | undefined {
  const path = text
    .trim()
    .replace(/^[`"']+|[`"',;.]+$/g, '')
    .replace(/^[^/]+\.dkr[.-][^/]+\//i, '')
    .replace(/@sha256:[0-9a-f]*$/i, '');
  const colon = path.lastIndexOf(':');
  const name = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  const parsed = parseEcrRepositoryName(name);
  if (!parsed.ok || (tag !== undefined && !isTag(tag))) return undefined;
  return { repository: parsed.name, ...(tag !== undefined && { tag }) };
}
