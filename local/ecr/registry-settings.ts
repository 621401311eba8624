import type { RepositorySettings, TagMutability } from './state.ts';

/** PutRegistryScanningConfiguration: what is scanned without the repository's own flag. */
export interface ScanningConfiguration {
  readonly scanType: 'BASIC' | 'ENHANCED';
  readonly rules: readonly ScanningRule[];
}
export interface ScanningRule {
  readonly scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL';
  /** Names with `*` as a wildcard; without one, a part of the name. */
  readonly filters: readonly string[];
}

export const NO_SCANNING_RULES: ScanningConfiguration = { scanType: 'BASIC', rules: [] };

/** A rule of the pull through cache: repositories under the prefix are filled from elsewhere. */
export interface PullThroughRule {
  /** As it was given, without a slash at its end; `ROOT` for all repositories. */
  readonly prefix: string;
  readonly upstreamRegistryUrl: string;
  readonly upstreamRegistry: string;
  readonly createdAt: number;
}

/** How a repository looks that ECR creates by itself. */
export interface CreationTemplate {
  /** Without a slash at its end; `ROOT` for all that has no other. */
  readonly prefix: string;
  readonly appliedFor: readonly string[];
  readonly mutability: TagMutability;
  readonly exclusions: readonly string[];
  readonly encryption: RepositorySettings['encryption'];
  readonly tags: RepositorySettings['tags'];
  readonly createdAt: number;
}

/**
 * The entry with the longest prefix of a name, `ROOT` as the last resort. "There is always an assumed / applied to the
 * end of the prefix" (ECR user guide, pull through cache and creation templates alike).
 */
export function byPrefix<T extends { readonly prefix: string }>(
  entries: Iterable<T>,
  repository: string,
): T | undefined {
  const fitting = [...entries].filter(
    ({ prefix }) => prefix === 'ROOT' || repository.startsWith(`${prefix.replace(/\/$/, '')}/`),
  );
  const rank = ({ prefix }: T) => (prefix === 'ROOT' ? -1 : prefix.length);
  return fitting.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** As given by PutAccountSetting, or what an account has that never set it. */
export function accountSetting(settings: ReadonlyMap<string, string>, name: AccountSetting): string {
  return settings.get(name) ?? DEFAULTS[name];
}

/** That mounting is off is implied by "enable" in the user guide's page on it; the rest is the service model's. */
const DEFAULTS = {
  BASIC_SCAN_TYPE_VERSION: 'AWS_NATIVE',
  BLOB_MOUNTING: 'DISABLED',
  REGISTRY_POLICY_SCOPE: 'V2',
} as const;

export type AccountSetting = keyof typeof DEFAULTS;

export const isAccountSetting = (name: string): name is AccountSetting => name in DEFAULTS;

export const ACCOUNT_SETTING_VALUES: Readonly<Record<AccountSetting, readonly string[]>> = {
  BASIC_SCAN_TYPE_VERSION: ['AWS_NATIVE'],
  BLOB_MOUNTING: ['ENABLED', 'DISABLED'],
  REGISTRY_POLICY_SCOPE: ['V1', 'V2'],
};
