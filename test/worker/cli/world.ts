import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import type { SampleImage } from '../../../local/upstream/sample.ts';
import { AMD64, ARM64, I386 } from '../../../local/upstream/sample-platforms.ts';
import { PLATFORM_SBOMS, ROOT_COSIGN, signed } from '../copy/signed-images.ts';
import { SMALL_IMAGES, SMALL_OCI_IMAGE } from '../copy/small-images.ts';

export const ECR_HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

const THREE_PLATFORMS: SampleImage = {
  ...SMALL_OCI_IMAGE,
  repository: 'library/three',
  format: 'oci index',
  platforms: [AMD64, ARM64, I386].flatMap((platform) =>
    SMALL_OCI_IMAGE.platforms.map(({ layers }) => ({ platform, layers, attested: false })),
  ),
};

const SIGNED = signed(PLATFORM_SBOMS, ROOT_COSIGN);

/** The sample Hub and ECR, with what a command line needs to reach them. */
export interface World {
  readonly hub: Upstream;
  readonly ecr: EcrStandIn;
  /** `127.0.0.1:PORT` of the Hub. */
  readonly host: string;
  /** `--insecure-host …` of everything, and `--endpoint-url`. */
  readonly insecure: readonly string[];
  readonly toEcr: readonly string[];
  /** AWS credentials that the stand-in knows. */
  readonly aws: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startWorld(options: Partial<Parameters<typeof startEcr>[0]> = {}): Promise<World> {
  const hub = await startUpstream({ images: [...SMALL_IMAGES, THREE_PLATFORMS, SIGNED] });
  const ecr = await startEcr({ accountId: '123456789012', region: 'eu-central-1', ...options });
  const host = new URL(hub.url).host;
  const hosts = [host, hub.authHost, hub.blobHost, ecr.registryHost, new URL(ecr.blobOrigin).host];
  const insecure = hosts.flatMap((each) => ['--insecure-host', each]);
  return {
    hub,
    ecr,
    host,
    insecure,
    toEcr: [...insecure, '--endpoint-url', ecr.apiUrl],
    aws: { AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'any' },
    close: async () => {
      await ecr.close();
      await hub.close();
    },
  };
}
