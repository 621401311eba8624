/** OCI image-spec image-index.md "platform": what a child of an index runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** `linux/arm64/v8`, as Docker writes it. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** BuildKit marks attestation children with the platform unknown/unknown. */
export const isUnknownPlatform = (platform: Platform): boolean =>
  platform.os === 'unknown' && platform.architecture === 'unknown';
