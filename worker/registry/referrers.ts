import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { MANIFEST_MAX_BYTES, type Manifest, parseManifest } from '../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { isRegistryError } from './errors.ts';
import { type Headers, headerText } from './headers.ts';
import { readPages } from './pages.ts';
import type { Transport } from './transport.ts';

/** As many as one page of a careful registry may hold; nobody hangs thousands of signatures on an image. */
const PAGES_MAX = 20;

/**
 * What says that it speaks of this manifest (OCI distribution-spec, "Listing Referrers"). Undefined: the registry has no
 * such list, and a tag may hold one instead. Throws RegistryError where the registry cannot be asked.
 */
export async function listReferrers(
  transport: Transport,
  { repository, digest }: { readonly repository: string; readonly digest: Digest },
  signal?: AbortSignal,
): Promise<readonly Descriptor[] | undefined> {
  const place = { host: transport.endpoint.host, operation: 'list referrers', repository } as const;
  let found: Descriptor[] | undefined;
  await readPages(transport, {
    first: `/v2/${repository}/referrers/${digest}`,
    place,
    pagesMax: PAGES_MAX,
    what: 'referrers',
    read: async (url) => {
      const page = await readPage(transport, { repository, url, signal });
      if (page) found = [...(found ?? []), ...page.referrers];
      return page;
    },
  });
  return found;
}

interface Page {
  readonly referrers: readonly Descriptor[];
  readonly headers: Headers;
}

async function readPage(
  transport: Transport,
  ask: { readonly repository: string; readonly url: URL; readonly signal: AbortSignal | undefined },
): Promise<Page | undefined> {
  const { repository, url, signal } = ask;
  const call = {
    operation: 'list referrers',
    method: 'GET',
    url,
    scope: { repository, access: 'pull' },
    headers: { accept: MEDIA_TYPE.ociIndex },
    expect: [200],
    signal,
  } as const;
  try {
    const { headers, body } = await transport.read(call, MANIFEST_MAX_BYTES);
    const index = parsed(body, headerText(headers, 'content-type'));
    // A server that answers 200 to everything is not one that keeps such a list.
    return index?.kind === 'index' ? { referrers: index.manifests, headers } : undefined;
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

/** Registries without the list answer as for any page that they do not know: 404, and 400, 403 or 405 in the wild. */
function isUnsupported(error: unknown): boolean {
  if (!isRegistryError(error) || error.retryable || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && error.code !== 'rate limited';
}

function parsed(body: Buffer, contentType: string | undefined): Manifest | undefined {
  try {
    return parseManifest(body, contentType);
  } catch {
    return undefined;
  }
}
