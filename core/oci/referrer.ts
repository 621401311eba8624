import { type Digest, digestHex } from './digest.ts';

/** What a referrer is for people. */
export const REFERRER_KINDS = ['signature', 'attestation', 'sbom', 'other'] as const;
export type ReferrerKind = (typeof REFERRER_KINDS)[number];

/** A manifest that speaks of another one: a signature, an SBOM, a provenance statement. */
export interface Referrer {
  readonly digest: Digest;
  /** The manifest it speaks of. */
  readonly subject: Digest;
  readonly kind: ReferrerKind;
  /** cosign's own way: it is found by this tag instead of by its subject (sigstore/cosign, specs/SIGNATURE_SPEC.md). */
  readonly tag?: string;
}

/** The tag that stands in for a list of referrers (OCI distribution-spec, "Referrers Tag Schema"). */
export const referrersTag = (subject: Digest): string => `sha256-${digestHex(subject)}`;

const COSIGN: Readonly<Record<string, ReferrerKind>> = {
  sig: 'signature',
  att: 'attestation',
  sbom: 'sbom',
};
/** The tags under which cosign keeps what it says of a manifest. */
export const cosignTags = (
  subject: Digest,
): readonly { readonly tag: string; readonly kind: ReferrerKind }[] =>
  Object.entries(COSIGN).map(([suffix, kind]) => ({ tag: `${referrersTag(subject)}.${suffix}`, kind }));

/**
 * By the names in use: cosign, Notary Project, Sigstore bundles, SPDX, CycloneDX, Syft, in-toto. A name that says
 * nothing is `other`: it is copied all the same.
 */
export function referrerKind(artifactType: string): ReferrerKind {
  const type = artifactType.toLowerCase();
  if (/spdx|cyclonedx|syft|sbom/.test(type)) return 'sbom';
  if (/in-toto|slsa|provenance|attestation|dsse/.test(type)) return 'attestation';
  if (/cosign|sigstore|notary|signature|\.sig\b/.test(type)) return 'signature';
  return 'other';
}

export type ReferrerCounts = Readonly<Partial<Record<ReferrerKind, number>>>;

export function countReferrers(referrers: readonly Pick<Referrer, 'kind'>[]): ReferrerCounts {
  const counts: Partial<Record<ReferrerKind, number>> = {};
  for (const { kind } of referrers) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

const NOUNS: Readonly<Record<ReferrerKind, string>> = {
  signature: 'signature',
  attestation: 'attestation',
  sbom: 'SBOM',
  other: 'artifact',
};

/** `1 signature, 2 SBOMs`; empty where there are none. */
export const referrerWords = (counts: ReferrerCounts): string =>
  REFERRER_KINDS.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count > 0 ? [`${count} ${NOUNS[kind]}${count === 1 ? '' : 's'}`] : [];
  }).join(', ');
