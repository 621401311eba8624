import { isTag } from '../../core/oci/reference.ts';
import { readPages } from './pages.ts';
import type { Transport } from './transport.ts';

/** ECR refuses more (google/go-containerregistry#1091). */
const PAGE = 1_000;
const PAGES_MAX = 100;
const PAGE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * All tags of a repository, page after page (distribution-spec, "Listing Tags"). Throws RegistryError.
 */
export async function listTags(
  transport: Transport,
  repository: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const tags: string[] = [];
  const place = { host: transport.endpoint.host, operation: 'list tags', repository } as const;
  const scope = { repository, access: 'pull' } as const;
  await readPages(transport, {
    first: `/v2/${repository}/tags/list?n=${PAGE}`,
    place,
    pagesMax: PAGES_MAX,
    what: 'tags',
    read: async (url) => {
      const call = { operation: 'list tags', method: 'GET', url, scope, expect: [200], signal } as const;
      const { headers, body } = await transport.read(call, PAGE_MAX_BYTES);
      for (const tag of tagsIn(body)) tags.push(tag);
      return { headers };
    },
  });
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
