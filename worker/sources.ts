import type { Config } from '../core/config/schema.ts';
import type { Reference } from '../core/oci/reference.ts';
import type { Clock } from './registry/clock.ts';
import type { Keychain } from './registry/keychain.ts';
import type { RateLimit } from './registry/rate-limit.ts';
import { openRegistries } from './registry/registries.ts';
import type { Repository } from './registry/registry.ts';

/** The registries that images come from, and what each last said of its pull limit. */
export interface Sources {
  /** Throws a RangeError on a name that no registry can have. */
  repository(source: Reference): Repository;
  rateLimit(host: string): RateLimit | undefined;
  close(): Promise<void>;
}

export interface SourcesOptions {
  readonly registries: Config['registries'];
  readonly keychain?: Keychain;
  readonly clock: Clock;
}

export function openSources({ registries: settings, keychain, clock }: SourcesOptions): Sources {
  const limits = new Map<string, RateLimit>();
  const registries = openRegistries({
    settings,
    clock,
    keychain,
    onRateLimit: (limit) => limits.set(limit.host, limit),
  });
  return {
    repository: ({ registry, repository }) => registries.at(registry).repository(repository),
    rateLimit: (host) => limits.get(host),
    close: registries.close,
  };
}
