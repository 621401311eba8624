import { type RegistrySettings, registryEndpoint } from './endpoint.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';

export interface RegistriesOptions extends Omit<RegistryOptions, 'endpoint' | 'authorization' | 'ca'> {
  /** `registries` of the configuration, by canonical host. */
  readonly settings: Readonly<Record<string, RegistrySettings>>;
  /** Certificates (PEM) that are believed of a host beside the system's. */
  readonly caOf?: ((host: string) => string | undefined) | undefined;
}

/** Registries by canonical host, each opened once: connections, tokens and challenges are kept between images. */
export interface Registries {
  at(host: string): Registry;
  close(): Promise<void>;
}

export function openRegistries({ settings, caOf, ...options }: RegistriesOptions): Registries {
  const open = new Map<string, Registry>();
  return {
    at: (host) => {
      const known = open.get(host);
      if (known) return known;
      const registry = openRegistry({
        ...options,
        endpoint: registryEndpoint(host, settings),
        ca: caOf?.(host),
      });
      open.set(host, registry);
      return registry;
    },
    close: async () => {
      await Promise.all([...open.values()].map((registry) => registry.close()));
    },
  };
}
