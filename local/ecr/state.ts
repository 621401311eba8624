import type { Digest } from '../../core/oci/digest.ts';
import { openJournal } from '../journal.ts';
import {
  type CreationTemplate,
  NO_SCANNING_RULES,
  type PullThroughRule,
  type ScanningConfiguration,
} from './registry-settings.ts';
import type { ScanPlan } from './scan/plan.ts';

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

/** What CreateRepository stores; echoed by DescribeRepositories. Times are epoch milliseconds. */
export interface RepositorySettings {
  readonly name: string;
  readonly createdAt: number;
  readonly mutability: TagMutability;
  /** Wildcard filters of tags that are the exception to `mutability`. */
  readonly exclusions: readonly string[];
  readonly scanOnPush: boolean;
  readonly encryption: {
    readonly encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
    readonly kmsKey?: string | undefined;
  };
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export interface StoredImage {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType?: string | undefined;
  /** The manifest as it was sent: always valid UTF-8, so the text gives the bytes back. */
  readonly manifest: string;
  readonly pushedAt: number;
  readonly status: 'ACTIVE' | 'ARCHIVED';
  /** The last scan's start; none was asked for where it is missing. */
  readonly scanStartedAt?: number;
}

export interface Repository {
  readonly settings: RepositorySettings;
  readonly images: ReadonlyMap<Digest, StoredImage>;
  readonly tags: ReadonlyMap<string, Digest>;
  /** Blobs belong to a repository: bytes known elsewhere do not count here. Values are sizes. */
  readonly blobs: ReadonlyMap<Digest, number>;
}

export interface IssuedToken {
  readonly principal: string;
  readonly expiresAt: number;
}

/** Everything that happens to a registry, as it stands in the journal. */
export type Change =
  | { readonly kind: 'repository'; readonly settings: RepositorySettings }
  | { readonly kind: 'settings'; readonly settings: RepositorySettings }
  | { readonly kind: 'repositoryDeleted'; readonly repository: string }
  | { readonly kind: 'accountSetting'; readonly name: string; readonly value: string }
  /** Null: it is taken away. */
  | { readonly kind: 'registryPolicy'; readonly text: string | null }
  | { readonly kind: 'scanning'; readonly configuration: ScanningConfiguration }
  | { readonly kind: 'pullThroughRule'; readonly rule: PullThroughRule }
  | { readonly kind: 'creationTemplate'; readonly template: CreationTemplate }
  | {
      readonly kind: 'blob';
      readonly repository: string;
      readonly digest: Digest;
      readonly sizeBytes: number;
    }
  | { readonly kind: 'blobsDropped'; readonly repository: string; readonly digests: readonly Digest[] }
  | {
      readonly kind: 'image';
      readonly repository: string;
      readonly image: StoredImage;
      readonly tag?: string | undefined;
    }
  | { readonly kind: 'scan'; readonly repository: string; readonly digest: Digest; readonly at: number }
  | { readonly kind: 'scanPlan'; readonly digest: Digest; readonly plan: ScanPlan }
  | {
      readonly kind: 'imageStatus';
      readonly repository: string;
      readonly digest: Digest;
      readonly status: 'ACTIVE' | 'ARCHIVED';
    }
  | { readonly kind: 'token'; readonly hash: string; readonly token: IssuedToken }
  | { readonly kind: 'tokensExpired'; readonly at: number };

export interface State {
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly scanPlans: ReadonlyMap<Digest, ScanPlan>;
  readonly tokens: ReadonlyMap<string, IssuedToken>;
  /** Only those that were put. */
  readonly accountSettings: ReadonlyMap<string, string>;
  /** As it was put. */
  readonly registryPolicy: string | undefined;
  readonly scanning: ScanningConfiguration;
  readonly pullThroughRules: ReadonlyMap<string, PullThroughRule>;
  readonly creationTemplates: ReadonlyMap<string, CreationTemplate>;
  /** Writes the change down, then makes it true. */
  change(change: Change): void;
}

interface MutableRepository extends Repository {
  settings: RepositorySettings;
  images: Map<Digest, StoredImage>;
  tags: Map<string, Digest>;
  blobs: Map<Digest, number>;
}

/** Opens the journal (none: memory) and replays it. */
export function openState(file: string | undefined): State {
  const journal = openJournal<Change>(file);
  const repositories = new Map<string, MutableRepository>();
  const scanPlans = new Map<Digest, ScanPlan>();
  const tokens = new Map<string, IssuedToken>();
  const accountSettings = new Map<string, string>();
  let registryPolicy: string | undefined;
  let scanning = NO_SCANNING_RULES;
  const pullThroughRules = new Map<string, PullThroughRule>();
  const creationTemplates = new Map<string, CreationTemplate>();

  const repository = (name: string): MutableRepository => {
    const found = repositories.get(name);
    if (!found) throw new Error(`journal names the unknown repository ${name}`);
    return found;
  };
  const updateImage = (name: string, digest: Digest, update: Partial<StoredImage>) => {
    const { images } = repository(name);
    const image = images.get(digest);
    if (image) images.set(digest, { ...image, ...update });
  };
  const apply = (change: Change): void => {
    switch (change.kind) {
      case 'repository': {
        const { settings } = change;
        repositories.set(settings.name, { settings, images: new Map(), tags: new Map(), blobs: new Map() });
        return;
      }
      case 'settings':
        repository(change.settings.name).settings = change.settings;
        return;
      case 'repositoryDeleted':
        repositories.delete(change.repository);
        return;
      case 'accountSetting':
        accountSettings.set(change.name, change.value);
        return;
      case 'registryPolicy':
        registryPolicy = change.text ?? undefined;
        return;
      case 'scanning':
        scanning = change.configuration;
        return;
      case 'pullThroughRule':
        pullThroughRules.set(change.rule.prefix, change.rule);
        return;
      case 'creationTemplate':
        creationTemplates.set(change.template.prefix, change.template);
        return;
      case 'blob':
        repository(change.repository).blobs.set(change.digest, change.sizeBytes);
        return;
      case 'blobsDropped':
        for (const digest of change.digests) repository(change.repository).blobs.delete(digest);
        return;
      case 'image': {
        const { images, tags } = repository(change.repository);
        if (!images.has(change.image.digest)) images.set(change.image.digest, change.image);
        if (change.tag !== undefined) tags.set(change.tag, change.image.digest);
        return;
      }
      case 'scan':
        updateImage(change.repository, change.digest, { scanStartedAt: change.at });
        return;
      case 'scanPlan':
        scanPlans.set(change.digest, change.plan);
        return;
      case 'imageStatus':
        updateImage(change.repository, change.digest, { status: change.status });
        return;
      case 'token':
        tokens.set(change.hash, change.token);
        return;
      case 'tokensExpired':
        for (const [hash, token] of tokens) {
          tokens.set(hash, { ...token, expiresAt: Math.min(token.expiresAt, change.at) });
        }
        return;
      default:
        change satisfies never;
    }
  };

  for (const record of journal.records) apply(record);
  return {
    repositories,
    scanPlans,
    tokens,
    accountSettings,
    get registryPolicy() {
      return registryPolicy;
    },
    get scanning() {
      return scanning;
    },
    pullThroughRules,
    creationTemplates,
    change: (change) => {
      journal.append(change);
      apply(change);
    },
  };
}

/** The tags that stand on an image, sorted. */
export function tagsOf(repository: Repository, digest: Digest): string[] {
  const tags: string[] = [];
  for (const [tag, target] of repository.tags) if (target === digest) tags.push(tag);
  return tags.sort();
}
