import { mayUseCredentials } from '../core/config/rules.ts';
import type { Config } from '../core/config/schema.ts';
import type { Log } from '../core/log.ts';
import type { Reference } from '../core/oci/reference.ts';
import type { PullBudgetStore } from '../core/store/store.ts';
import { openPullBudgets } from './pull-budgets.ts';
import { certificatesOf } from './registry/certificates.ts';
import type { Clock } from './registry/clock.ts';
import type { Keychain } from './registry/keychain.ts';
import type { ProxyOf } from './registry/proxy.ts';
import { keepingReserve } from './registry/pull-reserve.ts';
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
  /** What is left of pull limits, shared by all workers. */
  readonly budgets?: PullBudgetStore | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws an Error with a line for each certificate file that cannot be used. */
export function openSources({ config, keychain, proxyOf, clock, log, ...options }: SourcesOptions): Sources {
  const { now } = clock;
  const budgets = openPullBudgets({ store: options.budgets, now, log });
  const accountOf = (host: string, access: Access): string =>
    (access === 'account' ? keychain?.(host)?.user : undefined) ?? 'anonymous';
  const pulls = new Map<string, Set<Promise<void>>>();
  const underWay = (key: string): Set<Promise<void>> => {
    const known = pulls.get(key) ?? new Set();
    pulls.set(key, known);
    return known;
  };
  const registries = openRegistries({
    settings: config.registries,
    caOf: certificatesOf(config.registries),
    clock,
    keychain,
    proxyOf,
    sockets: config.limits.transfer === 'socket',
    onRateLimit: (limit, access) => budgets.tell(accountOf(limit.host, access), limit),
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
      keepingReserve(registries.at(registry).repository(repository, accessTo(registry)), {
        known: () => budgets.newest(registry, accountOf(registry, accessTo(registry))),
        reserve: config.limits.pullReserve,
        underWay: underWay(`${accessTo(registry)} ${registry}`),
        now,
      }),
    rateLimit: (host) => budgets.last(host, accountOf(host, accessTo(host))),
    forRule: (name) => view((host) => (mayUseCredentials(config, name, host) ? 'account' : 'anonymous')),
    close: registries.close,
  });
  return view(() => 'anonymous');
}
