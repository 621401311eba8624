import { glob } from './glob.ts';
import type { Rule } from './schema.ts';

/** What the look-up found out about an image, as far as rules may ask for it. */
export interface FoundFacts {
  /** `linux/amd64`, ...; empty where the image does not say. */
  readonly platforms: readonly string[];
  /** Compressed size of everything. */
  readonly sizeBytes: number;
  /** When it was built, epoch ms; absent where it does not say. */
  readonly createdAt?: number;
  /** When we first saw this digest under this tag, epoch ms; absent where nobody knows. */
  readonly seenAt?: number;
  readonly now: number;
}

type Match = Rule['match'];
interface Case {
  readonly decision: Rule['decision'];
  readonly facts: FoundFacts;
}

export const namesFacts = ({ platform, sizeMB, ageDays, seenHours }: Match): boolean =>
  [platform, sizeMB, ageDays, seenHours].some((each) => each !== undefined);

/**
 * What nobody knows of an image counts against it: it is let in by no rule of its own accord, and it is asked about or
 * denied by each that asks for it. An automatic rule that names a platform wants all of them to be so, any other rule one.
 */
export function factsMatch(match: Match, { decision, facts }: Case): boolean {
  const { createdAt, now, platforms, seenAt, sizeBytes } = facts;
  const unknown = decision !== 'auto';
  const span = (range: Match['sizeMB'], value: number | undefined): boolean => {
    if (range === undefined) return true;
    if (value === undefined) return unknown;
    return value >= (range.from ?? 0) && value < (range.below ?? Number.POSITIVE_INFINITY);
  };
  return (
    platformsMatch(match.platform, { platforms, all: decision === 'auto' }) &&
    span(match.sizeMB, sizeBytes / 1e6) &&
    span(match.ageDays, createdAt === undefined ? undefined : Math.max(0, now - createdAt) / DAY_MS) &&
    span(match.seenHours, seenAt === undefined ? undefined : Math.max(0, now - seenAt) / HOUR_MS)
  );
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function platformsMatch(
  pattern: string | undefined,
  { all, platforms }: { readonly platforms: readonly string[]; readonly all: boolean },
): boolean {
  if (pattern === undefined) return true;
  if (platforms.length === 0) return !all;
  const fits = (platform: string): boolean => glob(pattern, platform);
  return all ? platforms.every(fits) : platforms.some(fits);
}

/** `target base-images/*, from 500 MB`: what of an image the rule is for, as the card says it. Empty = everything. */
export function matchedWords(match: Match): string {
  const { ageDays, platform, seenHours, sizeMB, source, target, team } = match;
  return [
    ...(team === undefined ? [] : [`team ${team}`]),
    ...(source === undefined ? [] : [`source ${source}`]),
    ...(target === undefined ? [] : [`target ${target}`]),
    ...(platform === undefined ? [] : [`platform ${platform}`]),
    ...rangeWords('size', sizeMB, 'MB'),
    ...rangeWords('built', ageDays, 'days ago'),
    ...rangeWords('known for', seenHours, 'h'),
  ].join(', ');
}

function rangeWords(what: string, range: Match['sizeMB'], unit: string): readonly string[] {
  if (range === undefined) return [];
  const { below, from } = range;
  const words = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return [`${what} ${words.join(' and ')} ${unit}`];
}
