import type { ConfigInput } from '../core/config/schema.ts';
import type { Timing } from '../core/request/timing.ts';

export interface LocalPlaces {
  readonly account: string;
  readonly region: string;
  readonly ecrApi: string;
  readonly ecrRegistryHost: string;
  readonly ecrBlobOrigin: string;
  /** Undefined = the real Docker Hub. */
  readonly hub?: {
    readonly endpoint: string;
    readonly authHosts: readonly string[];
    readonly blobHosts: readonly string[];
  };
  readonly channel: string;
  readonly approverGroup: string;
}

const CAROL = 'U01CAROL001';

/** Minutes become seconds on a laptop: nobody waits two minutes for a killed worker in a demo. */
export const LOCAL_TIMING: Partial<Timing> = {
  leaseMs: 12_000,
  heartbeatMs: 3_000,
  ringAfterMs: 3_000,
  rungBackoffMs: 4_000,
  rungBackoffMaxMs: 20_000,
  sayAfterMs: 2_000,
  tellDelayMs: 5_000,
  tellCopyDelayMs: 15_000,
  postTimeoutMs: 3_000,
  postDeadlineMs: 4_000,
  graceMs: 3_000,
  putTimeoutMs: 4_000,
  scanFirstLookMs: 2_000,
  scanLookMaxMs: 5_000,
  tickMs: 1_000,
};

/** What a person would write to run the product against these places: nothing in the product knows that it is local. */
export function localConfig(places: LocalPlaces): ConfigInput {
  const { hub } = places;
  return {
    teams: [
      {
        id: 'default',
        channels: [],
        prefixes: ['base-images'],
        approvers: { users: [], userGroups: [places.approverGroup] },
      },
    ],
    destinations: [
      { name: 'local', account: places.account, region: places.region, endpoint: places.ecrApi },
    ],
    registries: {
      [places.ecrRegistryHost]: { insecure: true, blobHosts: [new URL(places.ecrBlobOrigin).host] },
      ...(hub && {
        'docker.io': {
          endpoint: hub.endpoint,
          insecure: hub.endpoint.startsWith('http:'),
          authHosts: [...hub.authHosts],
          blobHosts: [...hub.blobHosts],
        },
      }),
    },
    rules: [
      // Two have to say yes here; Carol may let something in alone, and then somebody owes it a review.
      {
        name: 'critical',
        match: { target: 'base-images/critical/*' },
        approvals: 2,
        breakGlass: { users: [CAROL] },
      },
      { name: 'base-images', match: { target: 'base-images/*' } },
    ],
    channels: { default: places.channel },
    limits: { timing: LOCAL_TIMING },
  };
}
