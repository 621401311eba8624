import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from '../../../local/upstream/start.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { keychainOf } from '../../../worker/registry/keychain.ts';
import { openRegistry, type Registry } from '../../../worker/registry/registry.ts';
import { handClock } from '../registry/test-registry.ts';
import { SMALL_IMAGES } from './small-images.ts';

/** The sample Docker Hub and a client of it. */
export interface Hub {
  readonly upstream: Upstream;
  readonly registry: Registry;
  /** The same, with the sample account. */
  readonly known: Registry;
  close(): Promise<void>;
}

export async function startHub(options: UpstreamOptions = {}): Promise<Hub> {
  const upstream = await startUpstream({ images: SMALL_IMAGES, ...options });
  const { url, authHost, blobHost } = upstream;
  const settings = { endpoint: url, authHosts: [authHost], blobHosts: [blobHost] };
  const endpoint = registryEndpoint('docker.io', { 'docker.io': settings });
  const clock = handClock();
  const registry = openRegistry({ endpoint, clock });
  const known = openRegistry({ endpoint, clock, keychain: keychainOf({ 'docker.io': SAMPLE_ACCOUNT }) });
  return {
    upstream,
    registry,
    known,
    close: async () => {
      await Promise.all([registry.close(), known.close()]);
      await upstream.close();
    },
  };
}
