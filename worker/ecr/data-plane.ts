import { headerAuthorization } from '../registry/authorization.ts';
import { certificatesOf } from '../registry/certificates.ts';
import type { Clock } from '../registry/clock.ts';
import { registryEndpoint, type RegistrySettings } from '../registry/endpoint.ts';
import { openRegistry, type Registry, type RegistryOptions } from '../registry/registry.ts';
import type { Authorizations } from './authorization.ts';
import type { Ecr } from './client.ts';

export interface DataPlanesOptions {
  readonly ecr: Ecr;
  readonly authorizations: Authorizations;
  /** `registries` of the configuration, or what the command line says of hosts. */
  readonly settings: Readonly<Record<string, RegistrySettings>>;
  readonly clock: Clock;
  /** Certificates (PEM) to believe beside the system's, and proxies; none by default. */
  readonly network?: Pick<RegistryOptions, 'ca' | 'proxyOf' | 'sockets'> | undefined;
  /** What errors call the registry, where a person knows it by another name than its host's. */
  readonly name?: string;
}

/** One account's registry in one Region, at the hosts that ECR itself names for its repositories. */
export interface DataPlanes {
  at(host: string): Registry;
  close(): Promise<void>;
}

/** Throws an Error with a line for each certificate file of the settings that cannot be used. */
export function openDataPlanes(options: DataPlanesOptions): DataPlanes {
  const { ecr, authorizations, settings, clock, name, network } = options;
  const caOf = certificatesOf(settings);
  const open = new Map<string, Registry>();
  const authorization = headerAuthorization((refused, signal) => {
    if (refused !== undefined) authorizations.forget(ecr, refused);
    return authorizations.header(ecr, signal);
  });
  return {
    at: (host) => {
      const known = open.get(host);
      if (known) return known;
      const { [host]: own } = settings;
      // Behind a VPC endpoint the host's address is private: exactly it is let through.
      const endpoint = own?.endpoint ?? `${own?.insecure ? 'http' : 'https'}://${host}`;
      const called = name ?? host;
      const made = openRegistry({
        endpoint: registryEndpoint(called, { [called]: { ...own, endpoint } }),
        authorization,
        clock,
        ca: caOf(host),
        ...network,
      });
      open.set(host, made);
      return made;
    },
    close: async () => {
      await Promise.all([...open.values()].map((each) => each.close()));
    },
  };
}
