/** OCI image-spec image-index.md "platform": what a child of an index runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Windows only runs images made for its own build: `10.0.17763.6414`. */
  readonly osVersion?: string;
  readonly osFeatures?: readonly string[];
}

/** `linux/arm64/v8`, as Docker writes it. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** The same with what tells two apart that are written alike: `windows/amd64 (10.0.17763.6414, win32k)`. */
export function describePlatform(platform: Platform): string {
  const { osVersion, osFeatures = [] } = platform;
  const more = [...(osVersion ? [osVersion] : []), ...osFeatures];
  return more.length > 0 ? `${formatPlatform(platform)} (${more.join(', ')})` : formatPlatform(platform);
}

/** BuildKit marks attestation children with the platform unknown/unknown. */
export const isUnknownPlatform = (platform: Platform): boolean =>
  platform.os === 'unknown' && platform.architecture === 'unknown';

/**
 * Spelled differently and the same: containerd's normalisation (containerd/platforms, database.go) reads `arm64` as
 * `arm64/v8`, `arm` as `arm/v7`, `x86_64` as `amd64`. Version and features of the system do not count: who asks for
 * Windows gets all builds of it.
 */
export function samePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(normalised(a)) === formatPlatform(normalised(b));
}

const PLATFORM = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/i;

/** `linux/amd64` or `linux/arm/v7`; undefined for anything else. */
export function parsePlatform(text: string): Platform | undefined {
  const [, os, architecture, variant] = PLATFORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return normalised({ os, architecture, ...(variant !== undefined && { variant }) });
}

function normalised(platform: Platform): Platform {
  const os = platform.os.toLowerCase().replace(/^macos$/, 'darwin');
  const spelled = platform.architecture.toLowerCase();
  const [architecture, implied] = ALIASES.get(spelled) ?? [spelled];
  const variant = (platform.variant ?? implied ?? '').toLowerCase().replace(/^(?=\d)/, 'v');
  const [usual, written] = USUAL_VARIANT.get(architecture) ?? [];
  const kept = variant === usual || variant === '' ? written : variant;
  return kept ? { os, architecture, variant: kept } : { os, architecture };
}

const ALIASES = new Map<string, readonly [string, string?]>([
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['aarch64', ['arm64']],
  ['i386', ['386']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
]);
/** By architecture: the variant that is meant when none is written, and how both are written then. */
const USUAL_VARIANT = new Map<string, readonly [string, string]>([
  ['arm64', ['v8', '']],
  ['amd64', ['v1', '']],
  ['arm', ['v7', 'v7']],
]);
