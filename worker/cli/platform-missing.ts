import { formatPlatform, type Platform } from '../../core/oci/platform.ts';
import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import type { PickAnswer } from '../copy/pick.ts';
import { Failed } from './failed.ts';

type Missing = Extract<PickAnswer, { kind: 'no such platform' }>;

export const platformMissing = (source: Reference, { wanted, available }: Missing): Failed =>
  new Failed(missing(source, wanted, available));

function missing(source: Reference, wanted: Platform, available: readonly Platform[]) {
  const image = familiarReference(source);
  const there = available.map(formatPlatform);
  return {
    code: 'platformMissing',
    summary:
      there.length === 0
        ? `${image} does not say which platform it is for, so ${formatPlatform(wanted)} cannot be chosen.`
        : `${image} has no ${formatPlatform(wanted)}. It has ${there.join(', ')}.`,
    hint:
      there.length > 1
        ? 'Choose among these with --platform, or leave it out to copy all of them.'
        : 'Leave --platform out to copy the image as it is.',
  };
}
