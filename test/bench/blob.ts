import { createHash } from 'node:crypto';
import { parseDigest } from '../../core/oci/digest.ts';
import { TRANSFERS } from '../../worker/copy/transfers.ts';
import { registryEndpoint } from '../../worker/registry/endpoint.ts';
import { openRegistry } from '../../worker/registry/registry.ts';

/** One blob of zeros: `blob.ts SOURCE_ORIGIN TARGET_ORIGIN BYTES socket|undici`. */
const [sourceOrigin = '', targetOrigin = '', bytes = '0', way = 'socket'] = process.argv.slice(2);
const sizeBytes = Number(bytes);

const hash = createHash('sha256');
const zeros = Buffer.alloc(1024 * 1024);
for (let left = sizeBytes; left > 0; left -= zeros.length)
  hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
const blob = { mediaType: 'x', digest: parseDigest(`sha256:${hash.digest('hex')}`), sizeBytes };

const open = (origin: string) => {
  const { host } = new URL(origin);
  const endpoint = registryEndpoint(host, { [host]: { endpoint: origin } });
  return openRegistry({ endpoint, sockets: way !== 'undici' });
};
const [from, to] = [open(sourceOrigin), open(targetOrigin)];
await TRANSFERS[way === 'undici' ? 'undici' : 'socket']({
  source: from.repository('a/b'),
  target: to.repository('c/d'),
  blob,
  onBytes: () => {},
  signal: new AbortController().signal,
});
await Promise.all([from.close(), to.close()]);
