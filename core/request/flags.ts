import { type Reference, isHubOfficial } from '../oci/reference.ts';
import type { ImageFacts } from './image-facts.ts';

/** What an approver should stop at. */
export type Flag = 'moving tag' | 'new source' | 'very large' | 'very old' | 'not official' | 'unknown age';

export interface FlagLimits {
  /** Compressed size of one platform, in millions of bytes. */
  readonly largeMB: number;
  readonly oldDays: number;
}

export interface FlagQuestion {
  readonly source: Reference;
  readonly facts: ImageFacts;
  /** Nobody here had asked for this source repository before. */
  readonly newSource: boolean;
  readonly now: number;
}

const DAY_MS = 86_400_000;

/** What of an image an approver should stop at, in the order in which the card says it. Pure. */
export function flagsOf(
  { facts, newSource, now, source }: FlagQuestion,
  { largeMB, oldDays }: FlagLimits,
): readonly Flag[] {
  const largest = Math.max(0, ...facts.platforms.map(({ sizeBytes }) => sizeBytes));
  const sizeBytes = largest || facts.sizeBytes;
  const { createdAt } = facts;
  return [
    ...(isMoving(source) ? ['moving tag' as const] : []),
    ...(newSource ? ['new source' as const] : []),
    ...(source.registry === 'docker.io' && !isHubOfficial(source) ? ['not official' as const] : []),
    ...(sizeBytes >= largeMB * 1e6 ? ['very large' as const] : []),
    ...(createdAt === undefined
      ? ['unknown age' as const]
      : now - createdAt >= oldDays * DAY_MS
        ? ['very old' as const]
        : []),
  ];
}

/**
 * A tag that by its name means something else tomorrow: `latest`, or any without a digit (`stable`, `alpine`). A tag with
 * a version may move too; that is why everything is pinned.
 */
export const isMoving = ({ digest, tag }: Reference): boolean =>
  digest === undefined && tag !== undefined && !/[0-9]/.test(tag);
