import type { Platform } from '../../core/oci/platform.ts';
import type { SampleFile } from './tar.ts';

/** One step of a Dockerfile that adds a layer. Equal steps give equal bytes, so images share them as real ones do. */
export interface SampleLayer {
  readonly createdBy: string;
  readonly createdAt: string;
  /** What the content is made from; two layers with the same seed, files and date are the same blob. */
  readonly seed: string;
  readonly files: readonly SampleFile[];
}

/** What one platform of an image holds. */
export interface SamplePlatform {
  readonly platform: Platform;
  readonly layers: readonly SampleLayer[];
  /** BuildKit's provenance and SBOM, as an attestation child beside this platform's. */
  readonly attested?: boolean;
}

/** `config` of the image's configuration (OCI image-spec config.md), in its own spelling. */
export interface SampleRun {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
}

/** A signature, an SBOM, a provenance statement about an image. */
export interface SampleReferrer {
  readonly what: 'signature' | 'sbom' | 'attestation';
  /** `subject`: the manifest names what it speaks of · `cosign tag`: a tag does, made from its digest. */
  readonly way: 'subject' | 'cosign tag';
  /** `beside`: of the first referrer before it, as a signature of an SBOM. */
  readonly of: 'root' | 'each platform' | 'beside';
  readonly says?: string;
}

export interface SampleImage {
  /** `library/nginx` */
  readonly repository: string;
  readonly tags: readonly string[];
  /** `created` of the configurations, RFC 3339. */
  readonly createdAt: string;
  /** An index of platforms or a single image; in OCI's or in Docker's media types. */
  readonly format: 'oci index' | 'docker list' | 'oci image' | 'docker image';
  /** A single image has exactly one. */
  readonly platforms: readonly SamplePlatform[];
  readonly run?: SampleRun;
  /** Annotations of the manifests (OCI formats only). */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the publisher has hung beside it. */
  readonly beside?: readonly SampleReferrer[];
  /** Only this account can see the repository. */
  readonly owner?: string;
}
