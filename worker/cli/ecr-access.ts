import * as v from 'valibot';
import { configSchema } from '../../core/config/schema.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { type EcrRepositoryName, parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { createAuthorizations } from '../ecr/authorization.ts';
import { createEcr } from '../ecr/client.ts';
import { openDataPlanes } from '../ecr/data-plane.ts';
import { ensureRepository, findRepository } from '../ecr/ensure-repository.ts';
import type { EcrHost } from '../ecr/host.ts';
import { layerAvailability } from '../ecr/layer-availability.ts';
import { pullThroughPrefixes } from '../ecr/pull-through-rules.ts';
import { type FoundSettings, settingsOf } from '../ecr/repository-settings.ts';
import type { Clock } from '../registry/clock.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';
import type { Repository } from '../registry/registry.ts';
import { MayNotCreate } from './failed.ts';
import type { Network } from './network.ts';
import type { TargetRepository } from './target-repository.ts';

export interface EcrAccessOptions {
  readonly ecr: EcrHost;
  /** Of the control API, where it is not AWS's own. */
  readonly endpointUrl: string | undefined;
  readonly settings: Readonly<Record<string, RegistrySettings>>;
  readonly clock: Clock;
  readonly network: Network;
}

/** One account's ECR in one Region, with the credentials of the AWS SDK's usual places. */
export interface EcrAccess {
  /** To read from. */
  source(repository: string): Promise<Repository>;
  target(repository: EcrRepositoryName): TargetRepository;
  close(): Promise<void>;
}

/** A new repository gets what the service gives one: immutable tags, scan on push. */
const REPOSITORY_SETTINGS = v.parse(configSchema.entries.repositories, undefined);

export function openEcrAccess(options: EcrAccessOptions): EcrAccess {
  const { ecr: place, endpointUrl, settings, clock, network } = options;
  const { account, region } = place;
  const ecr = createEcr({ account, region, endpoint: endpointUrl ?? place.endpoint }, network);
  const authorizations = createAuthorizations(clock.now);
  // Errors say the host that the person typed, wherever the repository really is.
  const planes = openDataPlanes({ ecr, authorizations, settings, clock, name: place.host, network });

  /** Where the repository is; undefined where there is none. */
  const find = async (repository: EcrRepositoryName, signal?: AbortSignal): Promise<Found | undefined> => {
    const found = await findRepository(ecr, { repository, signal });
    const host = found?.repositoryUri?.split('/')[0];
    return found && host ? { host, settings: settingsOf(found) } : undefined;
  };

  let rules: Promise<readonly string[]> | undefined;

  return {
    source: async (repository) => {
      // Whoever may pull may not always describe, so AWS's own host is taken as it was typed.
      const name = endpointUrl === undefined ? undefined : parseEcrRepositoryName(repository);
      const found = name?.ok ? await find(name.name) : undefined;
      return planes.at(found?.host ?? place.host).repository(repository);
    },
    target: (repository) => {
      let known: Promise<Found | undefined> | undefined;
      const here = new Set<Digest>();
      const look = (signal: AbortSignal): Promise<Found | undefined> => {
        known ??= find(repository, signal).catch((error: unknown) => {
          known = undefined;
          throw error;
        });
        return known;
      };
      return {
        standing: async (tag, signal) => {
          const found = await look(signal);
          if (!found) return { kind: 'no repository' };
          const facts = await planes.at(found.host).repository(repository).headManifest(tag, signal);
          if (!facts) return { kind: 'no tag' };
          return { kind: 'tag', digest: facts.digest, movable: isMovable(tag, found.settings) };
        },
        present: async (blobs, signal) => {
          const unsure = blobs.map(({ digest }) => digest).filter((digest) => !here.has(digest));
          if (unsure.length === 0 || !(await look(signal))) return here;
          const answer = await layerAvailability(ecr, { repository, digests: unsure, signal });
          return new Set([...here, ...unsure.filter((digest) => answer.get(digest) === true)]);
        },
        open: async (signal) => {
          const found = await look(signal);
          if (found) return planes.at(found.host).repository(repository);
          const ensured = await ensureRepository(ecr, { repository, settings: REPOSITORY_SETTINGS, signal });
          if (ensured.kind === 'mayNotCreate') throw new MayNotCreate(ensured.permission.principal);
          known = Promise.resolve({ host: ensured.host, settings: ensured.settings });
          return planes.at(ensured.host).repository(repository);
        },
        pullThroughPrefixes: (signal) => {
          rules ??= pullThroughPrefixes(ecr, signal).catch((error: unknown) => {
            rules = undefined;
            throw error;
          });
          return rules;
        },
        arrived: (digests) => {
          for (const digest of digests) here.add(digest);
        },
      };
    },
    close: async () => {
      ecr.client.destroy();
      await planes.close();
    },
  };
}

interface Found {
  readonly host: string;
  readonly settings: FoundSettings;
}

/** Tag mutability and its exclusions, wildcards of `*` (ECR User Guide, "Preventing image tags from being overwritten"). */
export function isMovable(tag: string, { tagMutability, mutableTags }: FoundSettings): boolean {
  const excepted = mutableTags.some((filter) =>
    new RegExp(`^${filter.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(tag),
  );
  switch (tagMutability) {
    case 'MUTABLE':
      return true;
    case 'MUTABLE_WITH_EXCLUSION':
      return !excepted;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return excepted;
    default:
      return false;
  }
}
