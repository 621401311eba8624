import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { MANIFEST_MAX_BYTES, type Manifest, parseManifest } from '../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { isRegistryError, RegistryError } from './errors.ts';
import { headerText } from './headers.ts';
import { nextPage } from './tags.ts';
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
  const { origin, host } = transport.endpoint;
  const found: Descriptor[] = [];
  let next: URL | undefined = new URL(`/v2/${repository}/referrers/${digest}`, origin);
  for (let page = 0; next !== undefined; page += 1) {
    const place = { host, operation: 'list referrers', repository } as const;
    if (page === PAGES_MAX) {
      const detail = `more than ${PAGES_MAX} pages of referrers`;
      throw new RegistryError({ ...place, code: 'too large', detail, retryable: false });
    }
    const url: URL = next;
    const listed = await readPage(transport, { repository, url, signal });
    if (!listed) return page === 0 ? undefined : found;
    found.push(...listed.referrers);
    next = listed.next;
    if (next && next.origin !== origin) {
      const detail = `the next page is at another origin, ${next.host}`;
      throw new RegistryError({ ...place, code: 'refused address', detail, retryable: false });
    }
  }
  return found;
}

interface Page {
  readonly referrers: readonly Descriptor[];
  readonly next: URL | undefined;
}

async function readPage(
  transport: Transport,
  ask: { readonly repository: string; readonly url: URL; readonly signal: AbortSignal | undefined },
): Promise<Page | undefined> {
  const { repository, url, signal } = ask;
  try {
    const { headers, body } = await transport.read(
      {
        operation: 'list referrers',
        method: 'GET',
        url,
        scope: { repository, access: 'pull' },
        headers: { accept: MEDIA_TYPE.ociIndex },
        expect: [200],
        signal,
      },
      MANIFEST_MAX_BYTES,
    );
    const index = parsed(body, headerText(headers, 'content-type'));
    // A server that answers 200 to everything is not one that keeps such a list.
    return index?.kind === 'index' ? { referrers: index.manifests, next: nextPage(headers, url) } : undefined;
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
