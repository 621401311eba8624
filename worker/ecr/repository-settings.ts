import type { Repository } from '@aws-sdk/client-ecr';

/** What a new repository gets: the part `repositories` of the configuration. */
export interface RepositorySettings {
  readonly tagMutability: 'IMMUTABLE_WITH_EXCLUSION' | 'IMMUTABLE' | 'MUTABLE';
  /** Wildcards of tags that may move although the rest may not; only with IMMUTABLE_WITH_EXCLUSION. */
  readonly mutableTags: readonly string[];
  readonly scanOnPush: boolean;
  /** Default: ECR's own key. Cannot be changed later. */
  readonly encryption?: EncryptionSettings | undefined;
  /** AWS resource tags; setting them needs ecr:TagResource. */
  readonly tags: Readonly<Record<string, string>>;
}
export interface EncryptionSettings {
  readonly type: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly key?: string | undefined;
}

/** As DescribeRepositories shows them; strings, because AWS adds values. */
export interface FoundSettings {
  readonly tagMutability: string;
  readonly mutableTags: readonly string[];
  readonly scanOnPush: boolean;
  readonly encryption: { readonly type: string; readonly key?: string };
}

/** Where a repository that was there before differs from what we would have created. */
export interface Drift {
  readonly setting: 'tagMutability' | 'mutableTags' | 'scanOnPush' | 'encryption';
  readonly wanted: string;
  readonly found: string;
}

export function settingsOf(repository: Repository): FoundSettings {
  const { encryptionConfiguration: encryption } = repository;
  return {
    tagMutability: repository.imageTagMutability ?? 'MUTABLE',
    mutableTags: (repository.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
    scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: {
      type: encryption?.encryptionType ?? 'AES256',
      ...(encryption?.kmsKey !== undefined && { key: encryption.kmsKey }),
    },
  };
}

/** Encryption counts only where the configuration asks for some. A key is compared by its last part: AWS answers with the ARN. */
export function driftOf(wanted: RepositorySettings, found: FoundSettings): readonly Drift[] {
  const drift: Drift[] = [];
  const compare = (setting: Drift['setting'], want: string, have: string) => {
    if (want !== have) drift.push({ setting, wanted: want, found: have });
  };
  compare('tagMutability', wanted.tagMutability, found.tagMutability);
  if (wanted.tagMutability === 'IMMUTABLE_WITH_EXCLUSION' && found.tagMutability === wanted.tagMutability) {
    compare('mutableTags', [...wanted.mutableTags].sort().join(' '), [...found.mutableTags].sort().join(' '));
  }
  compare('scanOnPush', String(wanted.scanOnPush), String(found.scanOnPush));
  if (wanted.encryption) {
    const { type, key } = wanted.encryption;
    const foundKey = key === undefined || sameKey(key, found.encryption.key) ? key : found.encryption.key;
    compare('encryption', describe(type, key), describe(found.encryption.type, foundKey));
  }
  return drift;
}

const describe = (type: string, key: string | undefined): string => (key ? `${type} ${key}` : type);

/** A key id and its ARN mean the same; an alias cannot be told apart from here and is left alone. */
const sameKey = (wanted: string, found: string | undefined): boolean =>
  found !== undefined && (wanted.includes('alias/') || found.split('/').at(-1) === wanted.split('/').at(-1));
