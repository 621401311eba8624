import type { Reference } from '../../core/oci/reference.ts';
import { type Flights, openFlights } from '../copy/flights.ts';
import { parseEcrHost } from '../ecr/host.ts';
import { systemClock } from '../registry/clock.ts';
import { dockerAccounts } from '../registry/docker-config.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';
import type { RateLimit } from '../registry/rate-limit.ts';
import { openRegistries } from '../registry/registries.ts';
import type { Repository } from '../registry/registry.ts';
import type { Options } from './command-line.ts';
import type { EcrAccess } from './ecr-access.ts';
import { dockerLogin } from './docker-login.ts';
import type { Io } from './io.ts';
import { readNetwork } from './network.ts';
import type { Pair, PairTarget } from './pair.ts';
import { registryRepository, type TargetRepository } from './target-repository.ts';

/** The registries of one run: connections, accounts, tokens, and what is known of each target repository. */
export interface Session {
  source(reference: Reference): Promise<Repository>;
  target(target: PairTarget): Promise<TargetRepository>;
  /** What a registry last said of its pull limit. */
  rateLimit(host: string): RateLimit | undefined;
  /** What is under way, so that a blob or manifest two images need is sent once. */
  readonly flights: Flights;
  readonly now: () => number;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly pairs: readonly Pair[];
  readonly options: Pick<Options, 'insecureHosts' | 'privateHosts' | 'endpointUrl' | 'ca'>;
  readonly io: Io;
}

/** Reads the accounts first: registries are opened with them. What is wrong with one is told on stderr, a line each. Throws WrongUsage. */
export async function openSession({ pairs, options, io }: SessionOptions): Promise<Session> {
  const network = await readNetwork(io, options.ca);
  const hosts = pairs.flatMap(({ source, target }) => [source.registry, target.host]);
  const { keychain, problems } = await dockerAccounts({
    hosts: hosts.filter((host) => !parseEcrHost(host)),
    env: io.env,
    home: io.home,
  });
  for (const problem of problems) io.err(`mirror: ${problem}\n`);

  const settings = allowedHosts(options);
  const clock = { ...systemClock, now: io.now };
  const limits = new Map<string, RateLimit>();
  const registries = openRegistries({
    settings,
    clock,
    keychain,
    caOf: () => network.ca,
    proxyOf: network.proxyOf,
    onRateLimit: (limit) => limits.set(limit.host, limit),
    onAccountRefused: ({ host, repository, user, detail }) =>
      io.err(
        `mirror: ${host} refused the account ${user} of ${dockerLogin(host)} (${detail}); ${repository} is public and is read without it\n`,
      ),
  });
  const accesses = new Map<string, Promise<EcrAccess>>();
  const targets = new Map<string, TargetRepository>();

  const access = (host: string): Promise<EcrAccess> | undefined => {
    const ecr = parseEcrHost(host);
    if (!ecr) return undefined;
    const known = accesses.get(host);
    if (known) return known;
    // The AWS SDK takes a good part of the time a small copy needs: it is loaded where ECR is talked to.
    const opened = import('./ecr-access.ts').then(({ openEcrAccess }) =>
      openEcrAccess({ ecr, endpointUrl: options.endpointUrl, settings, clock, network }),
    );
    accesses.set(host, opened);
    return opened;
  };

  return {
    source: async ({ registry, repository }) =>
      (await access(registry))?.source(repository) ?? registries.at(registry).repository(repository),
    target: async (target) => {
      const key = `${target.host}/${target.repository}`;
      const ecr = target.kind === 'ecr' ? await access(target.host) : undefined;
      const known = targets.get(key);
      if (known) return known;
      const made =
        ecr && target.kind === 'ecr'
          ? ecr.target(target.repository)
          : registryRepository(registries.at(target.host).repository(target.repository));
      targets.set(key, made);
      return made;
    },
    rateLimit: (host) => limits.get(host),
    flights: openFlights({ remember: true }),
    now: io.now,
    close: async () => {
      await registries.close();
      for (const opened of accesses.values()) await (await opened).close();
    },
  };
}

/**
 * A private address for exactly these, and plain HTTP for those that are called insecure. A token service or a store of
 * blobs on another port is another host: it is reached where it is in the list too, and by the registries of the list only.
 */
function allowedHosts({
  insecureHosts,
  privateHosts,
}: SessionOptions['options']): Readonly<Record<string, RegistrySettings>> {
  const hosts = [...privateHosts, ...insecureHosts];
  const settings = { authHosts: hosts, blobHosts: hosts };
  return Object.fromEntries([
    ...privateHosts.map((host) => [host, settings] as const),
    ...insecureHosts.map((host) => [host, { ...settings, insecure: true }] as const),
  ]);
}
