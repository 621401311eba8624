import { isTag } from '../../core/oci/reference.ts';
import { RegistryError } from './errors.ts';
import { type Headers, resolveAddress } from './headers.ts';
import { nextLink } from './link.ts';
import type { Transport } from './transport.ts';

/** ECR refuses more (google/go-containerregistry#1091). */
const PAGE = 1_000;
const PAGES_MAX = 100;
const PAGE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * All tags of a repository, page after page (distribution-spec, "Listing Tags"). Throws RegistryError: `too large` after
 * 100 pages, `protocol` where a page is followed by one that was read before.
 */
export async function listTags(
  transport: Transport,
  repository: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const tags: string[] = [];
  const seen = new Set<string>();
  let next: URL | undefined = new URL(`/v2/${repository}/tags/list?n=${PAGE}`, transport.endpoint.origin);
  for (let page = 0; next !== undefined; page += 1) {
    const place = { host: transport.endpoint.host, operation: 'list tags', repository } as const;
    if (page === PAGES_MAX) {
      const detail = `more than ${PAGES_MAX} pages of tags`;
      throw new RegistryError({ ...place, code: 'too large', detail, retryable: false });
    }
    if (seen.has(next.href)) {
      const detail = 'the pages of the list of tags go round in a circle';
      throw new RegistryError({ ...place, code: 'protocol', detail, retryable: false });
    }
    seen.add(next.href);
    const scope = { repository, access: 'pull' } as const;
    const url: URL = next;
    const call = { operation: 'list tags', method: 'GET', url, scope, expect: [200], signal } as const;
    const { headers, body } = await transport.read(call, PAGE_MAX_BYTES);
    for (const tag of tagsIn(body)) tags.push(tag);
    next = nextPage(headers, url);
    if (next && next.origin !== transport.endpoint.origin) {
      const detail = `the next page is at another origin, ${next.host}`;
      throw new RegistryError({ ...place, code: 'refused address', detail, retryable: false });
    }
  }
  return tags;
}

/** What is no tag is left out: the list is for people to choose from. */
function tagsIn(body: Buffer): readonly string[] {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const tags: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'tags') : undefined;
    return Array.isArray(tags) ? tags.filter((tag: unknown) => typeof tag === 'string' && isTag(tag)) : [];
  } catch {
    return [];
  }
}

/** The page that an answer names as the one after it. */
export const nextPage = (headers: Headers, url: URL): URL | undefined =>
  resolveAddress(nextLink(headers), url);
