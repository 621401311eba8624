import { Readable } from 'node:stream';
import { type Digest, digestOf, isDigest } from '../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import type { Target } from '../../core/request/image.ts';
import type { EcrRegistry } from '../../worker/ecr/ecr-registry.ts';
import { RegistryError, type RegistryErrorCode } from '../../worker/registry/errors.ts';
import type { Repository } from '../../worker/registry/registry.ts';
import type { Sources } from '../../worker/sources.ts';
import type { Call, Proc, Scheduler } from './scheduler.ts';

/** One made-up image: a manifest of a config and a layer, all named after a label. */
export function madeUpImage(label: string): Manifest {
  const blob = (name: string, size: number, mediaType: string) => ({
    mediaType,
    size,
    digest: digestOf(Buffer.from(name)),
  });
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    config: blob(`${label} config`, 2, 'application/vnd.oci.image.config.v1+json'),
    layers: [blob(`${label} layer`, 1_000, 'application/vnd.oci.image.layer.v1.tar+gzip')],
  };
  return parseManifest(Buffer.from(JSON.stringify(document)), MEDIA_TYPE.ociManifest);
}

/** A tag that means one image, and from some time on another. */
export interface MovingTag {
  readonly first: Manifest;
  readonly second: Manifest;
  movesAt: number;
}

/** What really stands in ECR, shared by all processes. */
export interface EcrRows {
  /** By `repository:tag`. */
  readonly tags: Map<string, Digest>;
  readonly stored: Set<string>;
  /** Who put which tag, for the checks at the end. */
  readonly ledger: {
    readonly at: number;
    readonly tag: string;
    readonly digest: Digest;
    readonly by: Proc;
  }[];
  readonly scans: Map<Digest, { readonly at: number; readonly ok: boolean }>;
  /** Asked at the moment a tag is put. */
  onTag: (tag: string, digest: Digest, by: Proc) => void;
  /** Whether ECR refuses a process for good. */
  denies: (by: Proc, repository: string) => boolean;
}

export const newEcrRows = (): EcrRows => ({
  tags: new Map(),
  stored: new Set(),
  ledger: [],
  scans: new Map(),
  onTag: () => {},
  denies: () => false,
});

const refused = (host: string, code: RegistryErrorCode, retryable: boolean): RegistryError =>
  new RegistryError({ code, host, operation: 'put manifest', detail: code, retryable });

interface At {
  readonly world: Scheduler;
  readonly proc: Proc;
}

const asker =
  ({ world, proc }: At, host: 'ecr' | 'docker.io') =>
  <T>(
    what: string,
    apply: () => T,
    more: Pick<Call<T>, 'lateMs' | 'timeoutMs' | 'guarded'> = {},
  ): Promise<T> =>
    world.call<T>(proc, {
      port: host,
      what,
      apply,
      failure: () => Promise.reject(refused(host, 'unreachable', true)),
      latencyMs: 150,
      ...more,
    });

export function memorySources(port: At, tags: ReadonlyMap<string, MovingTag>): Sources {
  const ask = asker(port, 'docker.io');
  const find = (repository: string, key: string): Manifest | undefined => {
    const tag = tags.get(repository);
    if (!tag) return undefined;
    if (key.startsWith('sha256-')) return undefined;
    if (!key.startsWith('sha256:')) return port.world.now < tag.movesAt ? tag.first : tag.second;
    return [tag.first, tag.second].find(({ digest }) => digest === key);
  };
  const sources: Sources = {
    repository: ({ repository }): Repository => ({
      ...unused('docker.io', repository),
      headManifest: (key) =>
        ask(`HEAD ${repository}:${key}`, () => {
          const found = find(repository, key);
          return found && { digest: found.digest, mediaType: found.mediaType, sizeBytes: found.bytes.length };
        }),
      getManifest: (key) =>
        ask(`GET ${repository}@${key}`, () => {
          const found = find(repository, key);
          if (!found) throw refused('docker.io', 'not found', false);
          return found;
        }),
      getBlobBytes: () => ask('GET a configuration', () => Buffer.from('{}')),
      listTags: () => ask('list tags', () => []),
      listReferrers: () => ask('list referrers', () => []),
    }),
    rateLimit: () => undefined,
    forRule: () => sources,
    close: async () => {},
  };
  return sources;
}

/** Immutable tags, blobs and manifests by repository, scans that come when they come. */
export function memoryEcr(port: At, rows: EcrRows): EcrRegistry {
  const ask = asker(port, 'ecr');
  const uri = (repository: string): string => `ecr/${repository}`;
  return {
    account: '123456789012',
    region: 'eu-central-1',
    standing: ({ repository, tag }: Target) =>
      ask(`what stands at ${repository}:${tag}`, () => {
        const digest = rows.tags.get(`${repository}:${tag}`);
        const repositoryUri = uri(repository);
        return digest ? { kind: 'tag', digest, repositoryUri } : { kind: 'no tag', repositoryUri };
      }),
    ensure: (repository) =>
      ask(`ensure ${repository}`, () => ({
        kind: 'ready',
        host: 'ecr',
        repositoryUri: uri(repository),
        created: false,
        settings: {
          tagMutability: 'IMMUTABLE',
          mutableTags: [],
          scanOnPush: true,
          encryption: { type: 'AES256' },
        },
        drift: [],
      })),
    present: (name, blobs) =>
      ask(`which blobs ${name} has`, () => {
        if (rows.denies(port.proc, name)) throw refused('ecr', 'denied', false);
        const digests = blobs.map(({ digest }) => digest);
        return new Set(digests.filter((digest) => rows.stored.has(`${name}@${digest}`)));
      }),
    repository: (_ensured, name) => ecrRepository(port, rows, name),
    pullThroughPrefixes: async () => [],
    uploadByParts: () => Promise.reject(new Error('no parts in this story')),
    scan: (_name, digest) =>
      ask('look at a scan', () => {
        const { world } = port;
        const scan = rows.scans.get(digest) ?? {
          at: world.chance(0.1) ? Number.POSITIVE_INFINITY : world.now + world.between(10_000, 300_000),
          ok: world.chance(0.8),
        };
        rows.scans.set(digest, scan);
        if (scan.at > world.now) return { kind: 'waiting', status: 'PENDING' };
        // The same of an image at every look, and not what every gate says no to.
        const severity = Number.parseInt(digest.slice(-1), 16) % 2 === 0 ? 'HIGH' : 'LOW';
        return scan.ok
          ? { kind: 'found', counts: { [severity]: 1 }, findings: [{ id: 'CVE-1', severity }] }
          : { kind: 'unavailable', why: 'the scan failed' };
      }),
    close: async () => {},
  };
}

function ecrRepository(port: At, rows: EcrRows, name: string): Repository {
  const ask = asker(port, 'ecr');
  return {
    ...unused('ecr', name),
    headManifest: (key) =>
      ask(`HEAD ${name}:${key}`, () => {
        const mediaType = MEDIA_TYPE.ociManifest;
        if (isDigest(key)) {
          return rows.stored.has(`${name}@${key}`) ? { digest: key, mediaType, sizeBytes: 1 } : undefined;
        }
        const digest = rows.tags.get(`${name}:${key}`);
        return digest && { digest, mediaType, sizeBytes: 1 };
      }),
    putManifest: (key, manifest) =>
      ask(
        `PUT ${name}:${key}`,
        () => {
          const tag = `${name}:${key}`;
          if (key.startsWith('sha256:')) {
            rows.stored.add(`${name}@${manifest.digest}`);
            return;
          }
          if (rows.tags.has(tag)) throw refused('ecr', 'tag immutable', false);
          rows.tags.set(tag, manifest.digest);
          rows.ledger.push({ at: port.world.now, tag, digest: manifest.digest, by: port.proc });
          port.world.tell?.(`ECR: ${tag} holds ${manifest.digest.slice(0, 19)}, by ${port.proc.name}`);
          rows.onTag(tag, manifest.digest, port.proc);
        },
        // ECR may still apply a PUT that was given up.
        { lateMs: 20_000, timeoutMs: 10_000, guarded: true },
      ),
    headBlob: (blob) => ask(`HEAD a blob of ${name}`, () => rows.stored.has(`${name}@${blob.digest}`)),
    putBlob: (blob) => ask(`PUT a blob of ${name}`, () => void rows.stored.add(`${name}@${blob.digest}`)),
  };
}

/** What no job asks of this side. */
function unused(host: string, name: string): Repository {
  const no = (what: string) => () => Promise.reject(new Error(`${what} is not asked of ${host}`));
  return {
    host,
    name,
    headManifest: no('headManifest'),
    getManifest: no('getManifest'),
    putManifest: no('putManifest'),
    headBlob: no('headBlob'),
    getBlobBytes: no('getBlobBytes'),
    openBlob: async () => Readable.from([]),
    putBlob: no('putBlob'),
    listTags: no('listTags'),
    listReferrers: no('listReferrers'),
  };
}
