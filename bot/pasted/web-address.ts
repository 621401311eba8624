/**
 * The image that a page shows: people copy the address out of the browser. Undefined where the address is no page of a
 * registry that is known here; what is returned is still read as a reference afterwards.
 */
export function imageOfAddress(text: string): string | undefined {
  const plain = /^(?:docker|oci):\/\/(?=[a-z0-9])(.+)$/i.exec(text)?.[1];
  if (plain !== undefined) return plain;
  const typed = /^(?:https?:\/\/)?([a-z0-9.-]+\.[a-z]{2,}\/.+)$/i.exec(text)?.[1];
  if (typed === undefined) return undefined;
  const isAddress = /^https?:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(`https://${typed}`);
  } catch {
    return undefined;
  }
  const page = PAGES.get(url.hostname.toLowerCase().replace(/^www\./, ''));
  const path = url.pathname.split('/').flatMap((part) => (part === '' ? [] : [decoded(part)]));
  const found = page?.(path, url);
  if (found !== undefined) return found;
  // `https://ghcr.io/owner/app:1.2`: a reference with something in front of it.
  return isAddress ? typed.replace(/[?#].*$/, '').replace(/\/+$/, '') : undefined;
}

type Page = (path: readonly string[], url: URL) => string | undefined;

const PAGES = new Map<string, Page>([
  ['hub.docker.com', hubPage],
  ['quay.io', quayPage],
  ['github.com', gitHubPage],
  ['gallery.ecr.aws', (path) => withTag(['public.ecr.aws', ...path.slice(0, 2)], undefined)],
  ['mcr.microsoft.com', microsoftPage],
]);

/**
 * `/_/nginx`, `/r/grafana/grafana/tags`, `/repository/docker/acme/app`, `/layers/library/nginx/1.21/images/sha256-…`,
 * `/r/bitnami/redis/tags?name=7.2`: as Docker Hub's own pages are addressed.
 */
function hubPage(path: readonly string[], url: URL): string | undefined {
  const [kind, first, second, third] = path;
  const asked = url.searchParams.get('name') ?? undefined;
  if (first === undefined) return undefined;
  if (kind === '_') return withTag([first], asked);
  if (second === undefined) return undefined;
  if (kind === 'r') return withTag([first, second], asked);
  if (kind === 'layers') return withTag(first === 'library' ? [second] : [first, second], third);
  if (kind === 'repository' && first === 'docker' && third !== undefined) {
    return withTag([second, third], asked);
  }
  return undefined;
}

/** `/repository/prometheus/node-exporter?tab=tags&tag=v1.7.0`. */
function quayPage(path: readonly string[], url: URL): string | undefined {
  const [kind, owner, name] = path;
  if (kind !== 'repository' || owner === undefined || name === undefined) return undefined;
  return withTag(['quay.io', owner, name], url.searchParams.get('tag') ?? undefined);
}

/** `/acme/shop/pkgs/container/app/12345?tag=v1`, `/orgs/acme/packages/container/package/app`: GitHub's container registry. */
function gitHubPage(path: readonly string[], url: URL): string | undefined {
  const tag = url.searchParams.get('tag') ?? undefined;
  const at = path.indexOf('container');
  if (at < 0) return undefined;
  const owner = path[0] === 'orgs' || path[0] === 'users' ? path[1] : path[0];
  const name = path[at + 1] === 'package' ? path[at + 2] : path[at + 1];
  if (owner === undefined || name === undefined) return undefined;
  return withTag(['ghcr.io', owner.toLowerCase(), ...name.toLowerCase().split('/')], tag);
}

/** `/en-us/product/dotnet/sdk/about`, `/en-us/artifact/mar/dotnet/sdk/tags`. */
function microsoftPage(path: readonly string[]): string | undefined {
  const from = path.indexOf('product') >= 0 ? path.indexOf('product') + 1 : path.indexOf('mar') + 1;
  if (from <= 0 || path[from] === undefined) return undefined;
  const names = path.slice(from).filter((part, at, all) => at < all.length - 1 || !PAGE_TABS.has(part));
  return withTag(['mcr.microsoft.com', ...names], undefined);
}

const PAGE_TABS = new Set(['about', 'tags', 'tag']);

const withTag = (path: readonly string[], tag: string | undefined): string =>
  `${path.join('/')}${tag ? `:${tag}` : ''}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
