import { referrerWords } from '../../core/oci/referrer.ts';
import type { Image } from '../../core/request/image.ts';
import type { CopyResult } from '../../core/request/copy-result.ts';

/** What speaks of the image, for who decides: it is approved with it. */
export function besideImage({ referrers }: Image): string {
  if (!referrers) return '';
  const words = referrerWords(referrers.counts);
  const known = words ? ` · +${words}` : '';
  if (referrers.unknown === undefined) return known || ', no signature';
  return `${known} · ⚠ ${words ? 'there may be more' : 'signatures are not known'}: ${referrers.unknown}`;
}

/** What became of it, a line each; empty where nothing was looked for. */
export function besideResult({ referrers }: CopyResult): readonly string[] {
  if (!referrers) return [];
  const { refused, newer, why } = referrers;
  const lines: string[] = [];
  if (refused > 0) {
    const noun = refused === 1 ? 'signature or SBOM was' : 'signatures or SBOMs were';
    lines.push(`⚠ ${refused} ${noun} not copied: ${why ?? 'no reason was given'}.`);
  }
  if (newer > 0) {
    const noun = newer === 1 ? 'signature or SBOM has come' : 'signatures or SBOMs have come';
    lines.push(`${newer} ${noun} since the look-up: not approved, so not copied.`);
  }
  return lines;
}
