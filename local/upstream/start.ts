import { randomBytes } from 'node:crypto';
import type { Digest } from '../../core/oci/digest.ts';
import { type Faults, withFaults } from '../faults.ts';
import { type Listening, listen } from '../server.ts';
import { blobHandler, describeBlobCall } from './blob-server.ts';
import { createCallLog, type UpstreamCall } from './calls.ts';
import { createCatalog } from './catalog.ts';
import { type BlobDamage, createDamages } from './damages.ts';
import { openLayers } from './layers.ts';
import { accountId } from './manifests.ts';
import { createPacer } from './pacer.ts';
import { createPullBudget } from './pull-budget.ts';
import { describeRegistryCall, registryHandler } from './registry-server.ts';
import type { SampleImage } from './sample.ts';
import { SAMPLE_ACCOUNT, SAMPLES } from './samples.ts';
import { createUrlSigner } from './signed-url.ts';
import { describeTokenCall, tokenHandler } from './token-server.ts';
import { createTokens } from './tokens.ts';

export interface UpstreamOptions {
  readonly ports?: { readonly registry: number; readonly auth: number; readonly blobs: number };
  readonly now?: () => number;
  /** Anonymous manifest GETs in six hours; default 100, an account has twice as many. */
  readonly pullLimit?: number;
  /** What all downloads together may have, so that progress can be seen; default unlimited. */
  readonly bytesPerSecond?: number;
  readonly images?: readonly SampleImage[];
  /** It keeps a list of referrers, as Harbor, Zot and ECR do; Docker Hub does not, and tags stand in for it. */
  readonly referrersList?: boolean;
}

/** A running sample Docker Hub: registry, token service and blob origin, each its own origin. */
export interface Upstream {
  /** The registry's origin. */
  readonly url: string;
  readonly authHost: string;
  readonly blobHost: string;
  /** Every request so far, oldest first. */
  readonly calls: readonly UpstreamCall[];
  readonly faults: { readonly registry: Faults; readonly auth: Faults; readonly blobs: Faults };
  /** Adds an image, or moves its tags to it; returns its digest. */
  addImage(image: SampleImage): Digest;
  /** Lets a tag mean what another tag of the repository, or a digest in it, means. */
  moveTag(repository: string, tag: string, target: string): void;
  removeTag(repository: string, tag: string): void;
  digestOf(repository: string, tag: string): Digest;
  /** Sets what is left of the pull budget: of everybody who comes without an account, or of one account. */
  setPullsLeft(pulls: number, account?: string): void;
  /** Damages the next downloads of a blob, one by default. */
  damageBlob(digest: Digest, damage: BlobDamage, times?: number): void;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Rejects with the system's error where a port is taken (EADDRINUSE); nothing stays open then. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const { pullLimit = 100, images = SAMPLES, now = Date.now } = options;
  const { referrersList = false } = options;
  const catalog = createCatalog({ layer: openLayers(), standInTags: !referrersList });
  for (const image of images) catalog.addImage(image);

  const log = createCallLog(now);
  const damages = createDamages();
  const tokens = createTokens(randomBytes(32), now);
  const signer = createUrlSigner(randomBytes(32), now);
  const budget = createPullBudget((source) => (source === LOOPBACK ? pullLimit : 2 * pullLimit), now);
  const open: Listening[] = [];
  const serve = async (port: number | undefined, handler: Parameters<typeof listen>[0]) => {
    const listening = await listen(handler, port);
    open.push(listening);
    return listening;
  };
  const close = async () => {
    await Promise.all(open.map((each) => each.close()));
  };
  try {
    const pacer = createPacer(options.bytesPerSecond);
    const blobs = withFaults(blobHandler({ catalog, signer, pacer, damages }));
    const blobOrigin = await serve(
      options.ports?.blobs,
      log.record('blobs', describeBlobCall, blobs.handler),
    );
    const auth = withFaults(tokenHandler({ catalog, tokens, accounts: [SAMPLE_ACCOUNT], now }));
    const authOrigin = await serve(options.ports?.auth, log.record('auth', describeTokenCall, auth.handler));
    const registry = withFaults(
      registryHandler({
        catalog,
        tokens,
        budget,
        referrersList,
        realm: `${authOrigin.origin}/token`,
        blobUrl: (digest) => `${blobOrigin.origin}${signer.sign(digest)}`,
      }),
    );
    const registryOrigin = await serve(
      options.ports?.registry,
      log.record('registry', (request) => describeRegistryCall(request, tokens), registry.handler),
    );
    return {
      url: registryOrigin.origin,
      authHost: `${LOOPBACK}:${authOrigin.port}`,
      blobHost: `${LOOPBACK}:${blobOrigin.port}`,
      calls: log.calls,
      faults: { registry: registry.faults, auth: auth.faults, blobs: blobs.faults },
      addImage: catalog.addImage,
      moveTag: catalog.moveTag,
      removeTag: catalog.removeTag,
      digestOf: catalog.digestOf,
      setPullsLeft: (pulls, account) => budget.setLeft(account ? accountId(account) : LOOPBACK, pulls),
      damageBlob: (digest, damage, times = 1) => damages.add(digest, damage, times),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
