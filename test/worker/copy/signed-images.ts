import type { SampleImage, SampleReferrer } from '../../../local/upstream/sample.ts';
import { SMALL_INDEX } from './small-images.ts';

/** An index of two platforms and its repository: nothing beside it. */
export const signed = (...beside: readonly SampleReferrer[]): SampleImage => ({
  ...SMALL_INDEX,
  repository: 'library/signed',
  tags: ['1'],
  beside,
});

export const ROOT_SIGNATURE: SampleReferrer = { what: 'signature', way: 'subject', of: 'root' };
export const ROOT_COSIGN: SampleReferrer = { what: 'signature', way: 'cosign tag', of: 'root' };
export const PLATFORM_SBOMS: SampleReferrer = { what: 'sbom', way: 'subject', of: 'each platform' };
/** Of the first of those before it. */
export const ON_THE_FIRST: SampleReferrer = { what: 'signature', way: 'subject', of: 'beside' };
