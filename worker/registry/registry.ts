import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { type Digest, isDigest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import { isTag } from '../../core/oci/reference.ts';
import { accountFirst, type RefusedAccount } from './account-first.ts';
import { type Authorization, challengeAuthorization } from './authorization.ts';
import { getBlobBytes, headBlob, type OpenBlob, openBlob } from './blobs.ts';
import { undiciCarrier, wholeCarrier } from './carrier.ts';
import { trusting } from './certificates.ts';
import { type Clock, systemClock } from './clock.ts';
import { guardedConnector } from './connector.ts';
import { ANSWER_MS, DEFAULT_TIMEOUTS, guardedDispatcher, type Timeouts } from './dispatcher.ts';
import type { RegistryEndpoint } from './endpoint.ts';
import { openHostPace } from './host-pace.ts';
import { anonymous, type Keychain } from './keychain.ts';
import { getManifest, headManifest, type ManifestFacts, putManifest } from './manifests.ts';
import { controlCarrier } from './pipe/control.ts';
import { openPipe, type Pipe, type PipeBody, type PipeSource } from './pipe/pipe.ts';
import { openPool } from './pipe/pool.ts';
import { destinationOf, type ProxyOf } from './proxy.ts';
import type { RateLimit } from './rate-limit.ts';
import { listReferrers } from './referrers.ts';
import { smallCarrier } from './small-carrier.ts';
import { listTags } from './tags.ts';
import { openTokens } from './tokens.ts';
import { createTransport, type Transport } from './transport.ts';
import { type BlobSource, putBlob } from './upload.ts';

export interface RegistryOptions {
  readonly endpoint: RegistryEndpoint;
  /** Accounts for the challenge dance; nobody by default. */
  readonly keychain?: Keychain | undefined;
  /** Instead of the dance: `headerAuthorization` for Amazon ECR. */
  readonly authorization?: Authorization | undefined;
  readonly onRateLimit?: ((limit: RateLimit, access: Access) => void) | undefined;
  /** Told once a repository, where an account was not taken for what is public. */
  readonly onAccountRefused?: ((refused: RefusedAccount) => void) | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly clock?: Clock | undefined;
  readonly lookup?: LookupFunction | undefined;
  /** Certificates (PEM) that are believed beside the system's. */
  readonly ca?: string | undefined;
  /** Sockets of our own where they can be used; otherwise everything goes through undici. */
  readonly sockets?: boolean | undefined;
  /** Proxies to go through; none by default. Blobs then have one way only, undici's. */
  readonly proxyOf?: ProxyOf | undefined;
}

/** In whose name a repository is asked: the keychain's account where it has one, or nobody's. */
export type Access = 'account' | 'anonymous';

/** One registry: its connections, tokens and limits. */
export interface Registry {
  /** Canonical: `docker.io`. */
  readonly host: string;
  /**
   * Throws a RangeError on a name that would change the path of the request. By default with the account, where there
   * is one; connections are shared, tokens are not.
   */
  repository(name: string, access?: Access): Repository;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/**
 * The OCI path of one image's manifests and blobs. Every method throws RegistryError, or the signal's reason.
 * `key` is a tag or a digest. All but openBlob repeat themselves as retry.ts says.
 */
export interface Repository {
  readonly host: string;
  readonly name: string;
  headManifest(key: string, signal?: AbortSignal): Promise<ManifestFacts | undefined>;
  getManifest(key: string, signal?: AbortSignal): Promise<Manifest>;
  putManifest(key: string, manifest: Manifest, signal?: AbortSignal): Promise<void>;
  headBlob(blob: Descriptor, signal?: AbortSignal): Promise<boolean>;
  getBlobBytes(blob: Descriptor, maxBytes: number, signal?: AbortSignal): Promise<Buffer>;
  openBlob(blob: Descriptor, options?: OpenBlob): Promise<Readable>;
  putBlob(blob: Descriptor, source: BlobSource): Promise<void>;
  listTags(signal?: AbortSignal): Promise<readonly string[]>;
  /** Undefined: this registry keeps no list of referrers. */
  listReferrers(digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[] | undefined>;
  /** Missing where blobs have only one way. */
  readonly pipe?: RepositoryPipe;
}

/** openBlob and putBlob over sockets of our own. Both throw NotForPipe where only undici can read the answer. */
export interface RepositoryPipe {
  open(blob: Descriptor, options?: OpenBlob): Promise<PipeBody>;
  put(blob: Descriptor, source: PipeSource): Promise<void>;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._-]+|\/)[a-z0-9]+)*$/;

export function openRegistry(options: RegistryOptions): Registry {
  const { endpoint, timeouts = DEFAULT_TIMEOUTS, lookup, ca, proxyOf, clock = systemClock } = options;
  const { sockets = true } = options;
  const secureContext = ca === undefined ? undefined : trusting(ca);
  const guard = { listed: endpoint.listed, connectMs: timeouts.connectMs, lookup, secureContext, proxyOf };
  const account = options.authorization ? undefined : (options.keychain ?? anonymous)(endpoint.host);
  const dispatcher = guardedDispatcher(guardedConnector(guard), timeouts);
  const undici = undiciCarrier(dispatcher.get);
  const pool = openPool((onread) => guardedConnector({ ...guard, onread }));
  const whole = wholeCarrier(undici);
  const small = sockets
    ? smallCarrier({ sockets: controlCarrier({ pool, timeouts }), undici: whole, clock })
    : whole;
  const tokens = openTokens({ endpoint, carrier: small, clock });
  const pace = openHostPace(clock);
  const hasPipe = sockets && !proxyOf?.(destinationOf(new URL(endpoint.origin)));

  const openDoor = (access: Access): Door => {
    const shown = access === 'account' ? account : undefined;
    const transport = createTransport({
      endpoint,
      undici,
      small,
      authorization: options.authorization ?? challengeAuthorization({ tokens, account: shown }),
      pace: pace.door(),
      clock,
      onRateLimit: (limit) => options.onRateLimit?.(limit, shown ? 'account' : 'anonymous'),
      commitMs: timeouts.commitMs,
      slowest: timeouts.slowest,
      answerMs: timeouts.answerMs ?? ANSWER_MS,
    });
    return { transport, pipe: hasPipe ? openPipe({ transport, pool, timeouts }) : undefined };
  };
  const doors = new Map<Access, Door>();
  const door = (access: Access): Door => {
    const known = doors.get(access) ?? openDoor(access);
    doors.set(access, known);
    return known;
  };
  const refused = new Set<string>();

  return {
    host: endpoint.host,
    repository: (name, access = 'account') => {
      if (!REPOSITORY.test(name)) throw new RangeError(`not a repository: ${name.slice(0, 100)}`);
      const nobody = (): Repository => repositoryAt(door('anonymous'), name);
      if (options.authorization) return repositoryAt(door('account'), name);
      if (!account || access === 'anonymous') return nobody();
      return accountFirst({
        account: repositoryAt(door('account'), name),
        anonymous: nobody(),
        user: account.user,
        refused,
        onRefused: options.onAccountRefused,
      });
    },
    close: async () => {
      pool.close();
      await dispatcher.close();
    },
  };
}

/** The ways in for one account, or for nobody. */
interface Door {
  readonly transport: Transport;
  readonly pipe: Pipe | undefined;
}

function repositoryAt({ transport, pipe }: Door, repository: string): Repository {
  const at = (key: string): { repository: string; key: string } => {
    if (!isTag(key) && !isDigest(key)) throw new RangeError(`not a tag or digest: ${key.slice(0, 100)}`);
    return { repository, key };
  };
  return {
    host: transport.endpoint.host,
    name: repository,
    headManifest: async (key, signal) => headManifest(transport, at(key), signal),
    getManifest: async (key, signal) => getManifest(transport, at(key), signal),
    putManifest: async (key, manifest, signal) => putManifest(transport, at(key), { manifest, signal }),
    headBlob: (blob, signal) => headBlob(transport, { repository, blob }, signal),
    getBlobBytes: (blob, maxBytes, signal) =>
      getBlobBytes(transport, { repository, blob }, { maxBytes, signal }),
    openBlob: (blob, options) => openBlob(transport, { repository, blob }, options),
    putBlob: (blob, source) => putBlob(transport, { repository, blob }, source),
    listTags: (signal) => listTags(transport, repository, signal),
    listReferrers: (digest, signal) => listReferrers(transport, { repository, digest }, signal),
    ...(pipe && {
      pipe: {
        open: (blob, options) => pipe.open({ repository, blob }, options),
        put: (blob, source) => pipe.put({ repository, blob }, source),
      },
    }),
  };
}
