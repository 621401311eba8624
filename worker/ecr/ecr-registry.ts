import { mutableTagsOf, type TagSettings } from '../../core/config/moved-tag.ts';
import type { Config, Destination } from '../../core/config/schema.ts';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Target } from '../../core/request/image.ts';
import type { Clock } from '../registry/clock.ts';
import type { Repository } from '../registry/registry.ts';
import { destinationEcr } from './assumed-role.ts';
import { type Authorizations, createAuthorizations } from './authorization.ts';
import type { EcrClientOptions } from './client.ts';
import { openDataPlanes } from './data-plane.ts';
import { describeTarget } from './describe-target.ts';
import { type EnsuredRepository, ensureRepository, findRepository } from './ensure-repository.ts';
import { layerAvailability } from './layer-availability.ts';
import { type PartUpload, type PartUploadEnd, uploadByParts } from './part-upload.ts';
import { pullThroughPrefixes } from './pull-through-rules.ts';
import { lookAtScan, type ScanLook } from './scan-findings.ts';
import { settingsOf } from './repository-settings.ts';
import { isScanned } from './scan-rule.ts';

/** What stands where an image shall go. */
export type Standing =
  | { readonly kind: 'no repository' }
  | (There & { readonly kind: 'no tag' })
  | (There & { readonly kind: 'tag'; readonly digest: Digest });
interface There {
  readonly repositoryUri: string;
  /** Which tags of the repository may move; absent where nobody said. */
  readonly tags?: TagSettings;
}

/** One account's ECR in one Region: control API and registry, as the jobs use them. Throws the SDK's errors or RegistryError. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
  standing(target: Target, signal?: AbortSignal): Promise<Standing>;
  ensure(repository: EcrRepositoryName, signal?: AbortSignal): Promise<EnsuredRepository>;
  /** The data plane at the host that ECR itself named for the repository. */
  repository(ensured: { readonly host: string }, name: EcrRepositoryName): Repository;
  /** Which of the blobs the repository has. */
  present(
    name: EcrRepositoryName,
    blobs: readonly Descriptor[],
    signal?: AbortSignal,
  ): Promise<ReadonlySet<Digest>>;
  scan(name: EcrRepositoryName, digest: Digest, signal?: AbortSignal): Promise<ScanLook>;
  /** Blobs through ECR's own API, for where one request cannot last long enough. */
  uploadByParts(upload: PartUpload): Promise<PartUploadEnd>;
  /** Prefixes that ECR fills from elsewhere itself. */
  pullThroughPrefixes(signal?: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface EcrRegistries {
  of(target: Target): EcrRegistry;
  close(): Promise<void>;
}

export interface EcrRegistriesOptions {
  readonly config: Pick<
    Config,
    'destinations' | 'registries' | 'repositories' | 'limits' | 'rules' | 'movedTag'
  >;
  readonly credentials?: EcrClientOptions['credentials'];
  readonly clock: Clock;
}

const NOTHING_SCANS =
  'nothing scans this repository (scan on push is off, and no rule of the registry covers it)';

/** The destinations of the configuration, each opened when it is first needed. */
export function openEcrRegistries(options: EcrRegistriesOptions): EcrRegistries {
  const authorizations = createAuthorizations(options.clock.now);
  const open = new Map<string, EcrRegistry>();
  return {
    of: ({ destination: name }) => {
      const known = open.get(name);
      if (known) return known;
      const destination = options.config.destinations.find((each) => each.name === name);
      if (!destination) throw new Error(`the configuration has no destination ${name} any more`);
      const made = openEcrRegistry(options, destination, authorizations);
      open.set(name, made);
      return made;
    },
    close: async () => {
      await Promise.all([...open.values()].map((each) => each.close()));
    },
  };
}

function openEcrRegistry(
  options: EcrRegistriesOptions,
  destination: Destination,
  authorizations: Authorizations,
): EcrRegistry {
  const { clock, config, credentials } = options;
  const { account, region } = destination;
  const ecr = destinationEcr(destination, credentials ? { credentials } : {});
  const planes = openDataPlanes({
    ecr,
    authorizations,
    settings: config.registries,
    clock,
    network: { sockets: config.limits.transfer === 'socket' },
  });
  return {
    account,
    region,
    standing: async ({ repository, tag }, signal) => {
      const found = await describeTarget(ecr, { repository, tag, signal });
      if (found.kind === 'noRepository') return { kind: 'no repository' };
      const described = await findRepository(ecr, { repository, signal });
      if (!described?.repositoryUri) return { kind: 'no repository' };
      const { tagMutability, mutableTags } = settingsOf(described);
      const there = { repositoryUri: described.repositoryUri, tags: { tagMutability, mutableTags } };
      return found.kind === 'present'
        ? { kind: 'tag', digest: found.digest, ...there }
        : { kind: 'no tag', ...there };
    },
    ensure: (repository, signal) =>
      ensureRepository(ecr, {
        repository,
        settings: { ...config.repositories, mutableTags: mutableTagsOf(config, repository) },
        signal,
      }),
    repository: ({ host }, name) => planes.at(host).repository(name),
    present: async (repository, blobs, signal) => {
      const digests = blobs.map(({ digest }) => digest);
      const available = await layerAvailability(ecr, { repository, digests, signal });
      return new Set(digests.filter((digest) => available.get(digest) === true));
    },
    scan: async (repository, digest, signal) => {
      const look = await lookAtScan(ecr, { repository, digest, signal });
      if (look.kind !== 'waiting' || (await isScanned(ecr, { repository, signal })) !== false) return look;
      // Nothing will come, however long it is waited for.
      return { kind: 'unavailable', why: NOTHING_SCANS };
    },
    uploadByParts: (upload) => uploadByParts(ecr, upload),
    pullThroughPrefixes: (signal) => pullThroughPrefixes(ecr, signal),
    close: async () => {
      ecr.client.destroy();
      await planes.close();
    },
  };
}
