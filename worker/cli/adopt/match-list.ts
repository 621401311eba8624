import { readScheduledImage } from '../../../core/config/schedules.ts';
import type { Config, Team } from '../../../core/config/schema.ts';
import { formatReference, parseReference } from '../../../core/oci/reference.ts';
import type { Entry } from '../../../core/request/image.ts';
import { parseEcrHost } from '../../ecr/host.ts';
import type { ListedImage, OldList, UnreadLine } from './read-list.ts';

/** A list whose targets are places of ours. */
export interface MatchedList {
  readonly images: readonly (Entry & { readonly line: number })[];
  /** As `schedules[].tags` takes them. */
  readonly tags: readonly Config['schedules'][number]['tags'][number][];
  readonly unread: readonly UnreadLine[];
}

/** Puts each image of a list where the configuration lets it stand; what it does not is not read, with the reason. */
export function matchList(config: Config, team: Team, list: OldList): MatchedList {
  const unread: UnreadLine[] = [...list.unread];
  const read = (image: ListedImage): Entry | undefined => {
    const target = targetText(image, config);
    const line = target === undefined ? image.source : `${image.source} ${target}`;
    const result = readScheduledImage(config, team, line);
    if (result.ok) return result.image;
    unread.push({ line: image.line, text: line, why: result.problem });
    return undefined;
  };
  const images = list.images.flatMap((image) => {
    const entry = read(image);
    return entry ? [{ ...entry, line: image.line }] : [];
  });
  const tags = list.rules.flatMap(({ line, source, target, ...rule }) => {
    const entry = read({ line, source, ...(target !== undefined && { target }) });
    if (!entry) return [];
    const { tag: _, ...bare } = entry.source;
    return [{ source: formatReference(bare), target: entry.target.repository, ...rule }];
  });
  return { images, tags, unread: unread.toSorted((a, b) => a.line - b.line) };
}

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx:1.27` is `base-images/nginx:1.27`; no tag is the source's. */
function targetText({ source, target }: ListedImage, { destinations }: Config): string | undefined {
  if (target === undefined) return undefined;
  const [host = ''] = target.split('/', 1);
  const ours = destinations.some(({ account }) => account === parseEcrHost(host)?.account);
  // Another registry's address is left as it is: the naming rules say why it is no place of ours.
  const bare = ours ? target.slice(host.length).replace(/^\/+/, '') : target;
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  if (last.includes(':')) return bare;
  const parsed = parseReference(source);
  const tag = parsed.ok ? parsed.reference.tag : undefined;
  return tag === undefined ? bare : `${bare}:${tag}`;
}
