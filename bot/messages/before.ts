import { SEVERITIES, type FindingsSummary } from '../../core/request/findings.ts';
import { shortDigest } from '../../core/oci/digest.ts';
import { formatPlatform } from '../../core/oci/platform.ts';
import { ADOPTED, type Before, type FindingsChange } from '../../core/request/changes.ts';
import type { Image } from '../../core/request/image.ts';
import { severityWords } from './findings.ts';
import { code, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { age, bytes, duration, listing, plural } from './words.ts';

/** On the card: the image of this repository that came in last, and how this one differs. `now` in epoch ms. */
export function beforeLines(image: Image, now: number): readonly Mrkdwn[] {
  const { before } = image;
  if (!before) return [];
  const known = [
    ...sizeChange(image),
    ...platformChange(image),
    ...layerWords(image),
    ...builtLater(image),
    ...(before.counts ? [`its scan: ${severityWords(before.counts)}`] : []),
  ];
  const rest = known.length > 0 ? `; against it ${known.join(', ')}` : '';
  return [
    mrkdwn`*Before*  ${code(before.tag)} ${code(shortDigest(before.digest))} ${cameIn(before, age(now - before.copiedAt))}${rest}`,
  ];
}

function sizeChange({ before, facts }: Image): readonly string[] {
  if (before?.sizeBytes === undefined || !facts) return [];
  const more = facts.sizeBytes - before.sizeBytes;
  if (Math.abs(more) < 500_000) return ['the same size'];
  return [`${bytes(Math.abs(more))} ${more > 0 ? 'more' : 'less'}`];
}

function layerWords({ before }: Image): readonly string[] {
  if (!before?.layers) return [];
  const { added, addedBytes, kept } = before.layers;
  if (added === 0) return [`all ${plural(kept, 'layer')} kept`];
  return [`${plural(kept, 'layer')} kept, ${added} new (${bytes(addedBytes)})`];
}

function builtLater({ before, facts }: Image): readonly string[] {
  if (before?.createdAt === undefined || facts?.createdAt === undefined) return [];
  const later = facts.createdAt - before.createdAt;
  if (Math.abs(later) < 3_600_000) return [];
  return [`built ${duration(Math.abs(later))} ${later > 0 ? 'later' : 'earlier'}`];
}

function platformChange({ before, facts }: Image): readonly string[] {
  if (!before?.platforms || !facts) return [];
  const now = facts.platforms.map(({ platform }) => formatPlatform(platform));
  const gone = before.platforms.filter((each) => !now.includes(each));
  const added = now.filter((each) => !before.platforms?.includes(each));
  if (gone.length + added.length === 0) return [];
  const words = (list: readonly string[]): string =>
    list.length > 3 ? plural(list.length, 'platform') : listing(list);
  return [
    ...(gone.length > 0 ? [`without ${words(gone)}`] : []),
    ...(added.length > 0 ? [`with ${words(added)} besides`] : []),
  ];
}

/** In the thread, under the findings: how they differ from those of the image before. */
export function againstBefore({ before }: Image, { change, counts }: FindingsSummary): readonly Mrkdwn[] {
  const old = before?.counts;
  if (!before || !old) return [];
  const changes = SEVERITIES.flatMap((severity) => {
    const more = (counts[severity] ?? 0) - (old[severity] ?? 0);
    if (more === 0) return [];
    return [`${Math.abs(more)} ${severity.toLowerCase()} ${more > 0 ? 'more' : 'fewer'}`];
  });
  const words = changes.length > 0 ? changes.join(', ') : 'the same counts';
  return [
    mrkdwn`Against ${code(before.tag)} (${before.request}): ${words}`,
    ...named('Better, gone', change?.fixed),
    ...named('Worse, new', change?.added),
  ];
}

/** `Better, gone: CVE-2022-37434 (critical), CVE-2023-0464 (high) and 3 more`. */
function named(what: string, findings: FindingsChange['fixed'] | undefined): readonly Mrkdwn[] {
  if (!findings || findings.count === 0) return [];
  const more = findings.count - findings.named.length;
  const words = findings.named.map(({ id, severity }) => `${id} (${severity.toLowerCase()})`);
  return [mrkdwn`${what}: ${listing([...words, ...(more > 0 ? [`${more} more`] : [])])}`];
}

/** What stood there when Mirror took over came in with no request of ours. */
const cameIn = ({ request }: Before, when: string): string =>
  request === ADOPTED ? `stood there when Mirror took over, ${when}` : `came in ${when} with ${request}`;
