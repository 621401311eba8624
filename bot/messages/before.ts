import { SEVERITIES } from '../../core/request/findings.ts';
import { formatPlatform } from '../../core/oci/platform.ts';
import type { FindingsSummary, Image } from '../../core/request/request.ts';
import { severityWords } from './findings.ts';
import { code, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { age, bytes, listing, plural } from './words.ts';

/** On the card: the image of this repository that came in last, and how this one differs. `now` in epoch ms. */
export function beforeLines(image: Image, now: number): readonly Mrkdwn[] {
  const { before } = image;
  if (!before) return [];
  const known = [
    ...sizeChange(image),
    ...platformChange(image),
    ...(before.counts ? [`its scan: ${severityWords(before.counts)}`] : []),
  ];
  const rest = known.length > 0 ? `; against it ${known.join(', ')}` : '';
  return [
    mrkdwn`*Before*  ${code(before.tag)} came in ${age(now - before.copiedAt)} with ${before.request}${rest}`,
  ];
}

function sizeChange({ before, facts }: Image): readonly string[] {
  if (before?.sizeBytes === undefined || !facts) return [];
  const more = facts.sizeBytes - before.sizeBytes;
  if (Math.abs(more) < 500_000) return ['the same size'];
  return [`${bytes(Math.abs(more))} ${more > 0 ? 'more' : 'less'}`];
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
export function againstBefore({ before }: Image, { counts }: FindingsSummary): readonly Mrkdwn[] {
  const old = before?.counts;
  if (!before || !old) return [];
  const changes = SEVERITIES.flatMap((severity) => {
    const more = (counts[severity] ?? 0) - (old[severity] ?? 0);
    if (more === 0) return [];
    return [`${Math.abs(more)} ${severity.toLowerCase()} ${more > 0 ? 'more' : 'fewer'}`];
  });
  const words = changes.length > 0 ? changes.join(', ') : 'the same counts';
  return [mrkdwn`Against ${code(before.tag)} (${before.request}): ${words}`];
}
