import type { Check } from '../check.ts';
import { ACCESS } from './access.ts';
import { BLOBS } from './blobs.ts';
import { IMAGES } from './images.ts';
import { LAYER_PARTS } from './layer-parts.ts';
import { MANIFESTS } from './manifests.ts';
import { REFERRERS } from './referrers.ts';
import { REPOSITORIES } from './repositories.ts';

/**
 * What can be asked of a real account at any time, within its own scratch repositories. Left out: what needs another
 * account, other rights, twelve hours or the quota of a Region (expired tokens, denials, throttling, KMS), and whatever
 * would change a setting of the account (mounts switched on, scan rules, templates, pull through cache).
 */
export const CHECKS: readonly Check[] = [
  ...ACCESS,
  ...REPOSITORIES,
  ...BLOBS,
  ...MANIFESTS,
  ...IMAGES,
  ...REFERRERS,
  ...LAYER_PARTS,
];
