import type { BlobStore } from './blob-store.ts';
import type { EcrCall } from './calls.ts';
import type { EcrEvents } from './events/emitter.ts';
import type { LayerUploads } from './layer-uploads.ts';
import type { Policy } from './policy.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ScanScript } from './scan/default-script.ts';
import type { StaleView } from './stale-view.ts';
import type { State } from './state.ts';
import type { Tokens } from './tokens.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What both planes of one registry (an account in a Region) share. */
export interface EcrWorld {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly state: State;
  readonly blobs: BlobStore;
  readonly tokens: Tokens;
  readonly policy: Policy;
  readonly scan: ScanScript;
  readonly rates: RateLimits;
  readonly uploadLimits: UploadLimits;
  readonly layerUploads: LayerUploads;
  readonly events: EcrEvents;
  /** What DescribeImages sees. */
  readonly described: StaleView;
  readonly record: (call: EcrCall) => void;
}

export const repositoryArn = (world: Pick<EcrWorld, 'accountId' | 'region'>, name: string): string =>
  `arn:aws:ecr:${world.region}:${world.accountId}:repository/${name}`;

/** One sentence for both planes (wording from the service, as reported in the field). */
export const noRepositoryText = (world: Pick<EcrWorld, 'accountId'>, name: string): string =>
  `The repository with name '${name}' does not exist in the registry with id '${world.accountId}'`;
