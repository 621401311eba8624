import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Digest } from '../../core/oci/digest.ts';
import { type Faults, withFaults } from '../faults.ts';
import { type Handler, type Listening, listen } from '../server.ts';
import { createAdmin, type EcrAdmin } from './admin.ts';
import { openBlobStore } from './blob-store.ts';
import { blobOrigin } from './blobs/handler.ts';
import { createPresigner } from './blobs/presign.ts';
import { createCallLog, type EcrCall } from './calls.ts';
import { controlPlane } from './control/handler.ts';
import { dataPlane, type ReferrersApi } from './data/handler.ts';
import type { LocationStyle } from './data/uploads.ts';
import { createEvents, type EventOptions } from './events/emitter.ts';
import { createLayerUploads } from './layer-uploads.ts';
import { createPolicy, type PrincipalOptions } from './policy.ts';
import { createRateLimits, type Rate } from './rate-limits.ts';
import { registryPolicyVerdict } from './resource-policy.ts';
import { scanOf } from './scan/scans.ts';
import { createStaleView } from './stale-view.ts';
import { defaultScanScript, type ScanScript } from './scan/default-script.ts';
import { openState, type State, tagsOf } from './state.ts';
import { createTokens } from './tokens.ts';
import { AWS_UPLOAD_LIMITS, type UploadLimits } from './upload-limits.ts';
import { type EcrWorld, repositoryArn } from './world.ts';

/** The access key that may do everything where `principals` is not given; its secret is any text. */
export const LOCAL_ACCESS_KEY_ID = 'AKIDLOCALWORKER';

export interface EcrOptions {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Where to remember through kill -9; without it everything is in memory. */
  readonly dataDir?: string;
  /** Default: free ones. */
  readonly ports?: { readonly api: number; readonly registry: number; readonly blobs: number };
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Lower-case hex digits, twice as many as bytes asked for. */
  readonly randomHex?: (bytes: number) => string;
  /** How long scans take and what they find. */
  readonly scan?: ScanScript;
  /** The registry's scanning type, with every repository scanned under ENHANCED; default BASIC, without rules. */
  readonly scanType?: 'BASIC' | 'ENHANCED';
  /** By access key id. */
  readonly principals?: Readonly<Record<string, PrincipalOptions>>;
  /** Upload addresses: the specification allows both, so the default takes turns. */
  readonly locations?: LocationStyle;
  /** The account setting BLOB_MOUNTING; default off, as on AWS. */
  readonly blobMounting?: boolean;
  /** What a POST to a missing repository gets; default a 404. ECR was seen to close the connection instead. */
  readonly missingRepository?: 'answer' | 'eof';
  /** Upload limits that are not those of AWS, so that a test need not move 5 MiB a part. */
  readonly uploadLimits?: Partial<UploadLimits>;
  /**
   * Requests a second, by action such as `ecr:PutImage`; `AWS_RATES` are those of a new account. Default: none, so that
   * nobody at a laptop waits for a limit that is AWS's.
   */
  readonly rates?: Readonly<Record<string, Rate>>;
  /** Where EventBridge would bring the events of pushes and scans; default nowhere. */
  readonly events?: EventOptions;
  /** The list of what refers to a manifest; default there, 20 a page. */
  readonly referrers?: ReferrersApi;
}

export interface EcrStandIn {
  /** The SDK's `endpoint`. */
  readonly apiUrl: string;
  /** Host and port of the data plane; plain HTTP. */
  readonly registryHost: string;
  /** Where blobs are redirected to. */
  readonly blobOrigin: string;
  /** Every handled request, oldest first. */
  readonly calls: readonly EcrCall[];
  readonly faults: { readonly api: Faults; readonly registry: Faults; readonly blobs: Faults };
  readonly admin: EcrAdmin;
  close(): Promise<void>;
}

/** One account's registry in one Region, on three loopback ports. */
export async function startEcr(options: EcrOptions): Promise<EcrStandIn> {
  const { accountId, region, dataDir, ports = { api: 0, registry: 0, blobs: 0 } } = options;
  if (!/^\d{12}$/.test(accountId)) throw new RangeError(`an account id has twelve digits, not ${accountId}`);
  const now = options.now ?? Date.now;
  const randomHex = options.randomHex ?? ((bytes) => randomBytes(bytes).toString('hex'));
  const principals = options.principals ?? {
    [LOCAL_ACCESS_KEY_ID]: { arn: `arn:aws:sts::${accountId}:assumed-role/mirror-worker/local` },
  };
  const state = openState(dataDir && join(dataDir, 'journal.jsonl'));
  applySettings(state, options);
  const blobs = openBlobStore(dataDir);
  const uploadLimits = { ...AWS_UPLOAD_LIMITS, ...options.uploadLimits };
  const log = createCallLog();
  const world: EcrWorld = {
    accountId,
    region,
    now,
    randomHex,
    state,
    blobs,
    tokens: createTokens({ state, region, now, randomHex }),
    policy: createPolicy({
      accountId,
      principals,
      arnOfRepository: (name) => repositoryArn({ accountId, region }, name),
      resourcePolicy: (question) => registryPolicyVerdict(state, question),
    }),
    scan: options.scan ?? defaultScanScript,
    rates: createRateLimits(options.rates ?? {}, now),
    uploadLimits,
    layerUploads: createLayerUploads({ blobs, limits: uploadLimits, now, randomHex }),
    described: createStaleView(state, now),
    events: createEvents(
      { accountId, region, now, randomHex, look: (...at) => lookAt(world, ...at) },
      options.events,
    ),
    record: log.record,
  };

  const presigner = createPresigner(randomHex(32), now);
  const open: Listening[] = [];
  const serve = async (handler: Handler, port: number): Promise<Listening> => {
    const listening = await listen(handler, port).catch(async (error: unknown) => {
      await Promise.all(open.map((other) => other.close()));
      throw error;
    });
    open.push(listening);
    return listening;
  };
  // Each plane names the one before it: ECR redirects to the bucket, the control API hands out the registry's host.
  const bucket = withFaults(blobOrigin(world, presigner));
  const origin = await serve(bucket.handler, ports.blobs);
  const data = withFaults(
    dataPlane(world, {
      presigner,
      blobOrigin: origin.origin,
      locations: options.locations ?? 'alternate',
      missingRepository: options.missingRepository ?? 'answer',
      referrers: options.referrers ?? { pageSize: 20 },
    }),
  );
  const registry = await serve(data.handler, ports.registry);
  const registryHost = `127.0.0.1:${registry.port}`;
  const control = withFaults(controlPlane(world, registryHost));
  const api = await serve(control.handler, ports.api);

  return {
    apiUrl: api.origin,
    registryHost,
    blobOrigin: origin.origin,
    calls: log.calls,
    faults: { api: control.faults, registry: data.faults, blobs: bucket.faults },
    admin: createAdmin(world),
    close: async () => {
      await Promise.all(open.map((listening) => listening.close()));
    },
  };
}

/** What the caller says of the account; what it does not say stays as it was at the last run on the same folder. */
function applySettings(state: State, { scanType, blobMounting }: EcrOptions): void {
  if (scanType !== undefined && scanType !== state.scanning.scanType) {
    const everything = { scanFrequency: 'CONTINUOUS_SCAN', filters: ['*'] } as const;
    const rules = scanType === 'ENHANCED' ? [everything] : [];
    state.change({ kind: 'scanning', configuration: { scanType, rules } });
  }
  if (blobMounting !== undefined) {
    const value = blobMounting ? 'ENABLED' : 'DISABLED';
    state.change({ kind: 'accountSetting', name: 'BLOB_MOUNTING', value });
  }
}

function lookAt(world: EcrWorld, name: string, digest: Digest) {
  const repository = world.state.repositories.get(name);
  const image = repository?.images.get(digest);
  if (!repository || !image) return undefined;
  const about = { repository: name, repositoryArn: repositoryArn(world, name), digest };
  return { image: { ...about, tags: tagsOf(repository, digest) }, scan: scanOf(world, repository, image) };
}
