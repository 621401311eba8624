import { type ErrorPlace, RegistryError } from './errors.ts';
import { type Headers, resolveAddress } from './headers.ts';
import { nextLink } from './link.ts';
import type { Transport } from './transport.ts';

/** One page as it was read; undefined: there is no such list, or it ends here. */
export type ReadPage = (url: URL) => Promise<{ readonly headers: Headers } | undefined>;

export interface Pages {
  /** Of the first page, on the registry's own origin. */
  readonly first: string;
  readonly place: ErrorPlace;
  readonly pagesMax: number;
  /** What the list is of, for an error: `tags`. */
  readonly what: string;
  readonly read: ReadPage;
}

/**
 * Reads a list page after page, each where the one before says (RFC 8288, `rel="next"`). Throws RegistryError: `too large`
 * after so many pages, `protocol` where a page is followed by one that was read before, `refused address` where it is
 * followed by one at another origin.
 */
export async function readPages({ endpoint }: Transport, pages: Pages): Promise<void> {
  const { place, pagesMax, read, what } = pages;
  const refused = (code: 'too large' | 'protocol' | 'refused address', detail: string): RegistryError =>
    new RegistryError({ ...place, code, detail, retryable: false });
  const seen = new Set<string>();
  let url: URL | undefined = new URL(pages.first, endpoint.origin);
  while (url !== undefined) {
    if (seen.size === pagesMax) throw refused('too large', `more than ${pagesMax} pages of ${what}`);
    if (seen.has(url.href)) {
      throw refused('protocol', `the pages of the list of ${what} go round in a circle`);
    }
    seen.add(url.href);
    const page = await read(url);
    if (!page) return;
    const next = nextPage(page.headers, url);
    if (next && next.origin !== endpoint.origin) {
      throw refused('refused address', `the next page is at another origin, ${next.host}`);
    }
    url = next;
  }
}

/** The page that an answer names as the one after it. */
export const nextPage = (headers: Headers, url: URL): URL | undefined =>
  resolveAddress(nextLink(headers), url);
