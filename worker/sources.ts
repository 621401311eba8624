import { mayUseCredentials } from '../core/config/rules.ts';
import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Reference } from '../core/oci/reference.ts';
import { certificatesOf } from './registry/certificates.ts';
import type { Clock } from './registry/clock.ts';
import type { Keychain } from './registry/keychain.ts';
import type { ProxyOf } from './registry/proxy.ts';
import type { RateLimit } from './registry/rate-limit.ts';
import { openRegistries } from './registry/registries.ts';
import type { Access, Repository } from './registry/registry.ts';

/** The registries that images come from, and what each last said of its pull limit. */
export interface Sources {
  /** Read as nobody, or with an account where this is the view of a rule that names the host. Throws a RangeError on a name that no registry can have. */
  repository(source: Reference): Repository;
  rateLimit(host: string): RateLimit | undefined;
  /**
   * The same registries as images of one rule of the configuration may read them: with the credentials of the hosts
   * that the rule names, if they are taken, and with nobody's of all others.
   */
  forRule(name: string | undefined): Sources;
  close(): Promise<void>;
}

export interface SourcesOptions {
  readonly config: Pick<Config, 'registries' | 'rules' | 'limits'>;
  readonly keychain?: Keychain | undefined;
  readonly proxyOf?: ProxyOf | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws an Error with a line for each certificate file that cannot be used. */
export function openSources({ config, keychain, proxyOf, clock, log }: SourcesOptions): Sources {
  const limits = new Map<string, RateLimit>();
  const registries = openRegistries({
    settings: config.registries,
    caOf: certificatesOf(config.registries),
    clock,
    keychain,
    proxyOf,
    sockets: config.limits.transfer === 'socket',
    onRateLimit: (limit, access) => limits.set(`${access} ${limit.host}`, limit),
    onAccountRefused: ({ host, repository, user, detail }) =>
      log('warn', 'an account was refused for a public image, which was read without it', {
        registry: host,
        repository,
        user,
        detail,
      }),
  });
  const view = (accessTo: (host: string) => Access): Sources => ({
    repository: ({ registry, repository }) =>
      registries.at(registry).repository(repository, accessTo(registry)),
    rateLimit: (host) => limits.get(`${accessTo(host)} ${host}`),
    forRule: (name) => view((host) => (mayUseCredentials(config, name, host) ? 'account' : 'anonymous')),
    close: registries.close,
  });
  return view(() => 'anonymous');
}
