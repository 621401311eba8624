import type { Digest } from '../../core/oci/digest.ts';
import { parseStoredManifest } from './data/manifest-document.ts';
import type { Denial } from './policy.ts';
import type { ScanPlan, ScanResult } from './scan/plan.ts';
import { tagsOf } from './state.ts';
import type { EcrWorld } from './world.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What a test does behind the registry's back. */
export interface EcrAdmin {
  /** Every registry token issued so far is expired from now on. */
  expireTokens(): void;
  expireCredentials(accessKeyId: string): void;
  deny(accessKeyId: string, denial: Denial): void;
  allow(accessKeyId: string, action: string): void;
  /** A whole plan, or a result that is there from the start. */
  setScan(digest: Digest, scan: ScanPlan | ScanResult): void;
  /** ECR may clean up blobs that no manifest refers to at any time; this is such a time. */
  dropUnreferencedBlobs(repository: string): readonly Digest[];
  /** DescribeImages sees nothing newer than this moment for so long. */
  freezeDescribeImages(forMs: number): void;
  /** Uploads by parts under way are as if they had never begun. */
  forgetUploads(): void;
  /** Tells of the scans that are over by now; every request does so too. */
  deliverEvents(): void;
  archiveImage(repository: string, digest: Digest): void;
  /** By tag or digest; undefined where there is none. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  tags(repository: string): ReadonlyMap<string, Digest>;
  /** Digests of all images, tagged or not. */
  images(repository: string): readonly { readonly digest: Digest; readonly tags: readonly string[] }[];
  /** Undefined where the repository does not have it. */
  blob(repository: string, digest: Digest): Promise<Buffer | undefined>;
}

export function createAdmin(world: EcrWorld): EcrAdmin {
  const { state, policy, tokens } = world;
  const find = (name: string) => state.repositories.get(name);
  return {
    expireTokens: tokens.expireAll,
    expireCredentials: policy.expireCredentials,
    deny: policy.deny,
    allow: policy.allow,
    setScan: (digest, scan) => {
      const atOnce = { pendingAfterMs: 0, runningAfterMs: 0, doneAfterMs: 0 };
      const plan = 'kind' in scan ? { ...atOnce, result: scan } : scan;
      state.change({ kind: 'scanPlan', digest, plan });
    },
    dropUnreferencedBlobs: (name) => {
      const repository = find(name);
      if (!repository) return [];
      const kept = new Set<Digest>();
      for (const image of repository.images.values()) {
        const { config, layers = [] } = parseStoredManifest(image.manifest);
        for (const blob of config ? [config, ...layers] : layers) kept.add(blob.digest);
      }
      const digests = [...repository.blobs.keys()].filter((digest) => !kept.has(digest));
      state.change({ kind: 'blobsDropped', repository: name, digests });
      return digests;
    },
    freezeDescribeImages: world.described.freeze,
    forgetUploads: world.layerUploads.forgetAll,
    deliverEvents: world.events.deliver,
    archiveImage: (repository, digest) =>
      state.change({ kind: 'imageStatus', repository, digest, status: 'ARCHIVED' }),
    manifest: (name, reference) => {
      const repository = find(name);
      const digest = repository?.tags.get(reference) ?? reference;
      const image = [...(repository?.images.values() ?? [])].find((candidate) => candidate.digest === digest);
      return (
        image && { digest: image.digest, mediaType: image.mediaType, bytes: Buffer.from(image.manifest) }
      );
    },
    tags: (name) => find(name)?.tags ?? new Map(),
    images: (name) => {
      const repository = find(name);
      if (!repository) return [];
      return [...repository.images.keys()].map((digest) => ({ digest, tags: tagsOf(repository, digest) }));
    },
    blob: async (name, digest) => {
      const stream = find(name)?.blobs.has(digest) ? world.blobs.read(digest) : undefined;
      if (!stream) return undefined;
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}
