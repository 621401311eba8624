import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { digestOf, parseDigest } from '../../core/oci/digest.ts';
import { parseManifest } from '../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import type { Repository } from '../../worker/registry/registry.ts';
import type { Workload } from './workloads.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** Makes a workload's images in the source registry, of bytes that cannot be compressed. Nothing is left on disk. */
export async function fill(target: Repository, workload: Workload, folder: string): Promise<void> {
  const shared: Descriptor[] = [];
  for (const size of workload.shared) shared.push(await putLayer(target, size, folder));
  for (const tag of workload.tags) {
    const manifests = [];
    for (const [n, sizes] of workload.platforms.entries()) {
      const layers = [...shared];
      for (const size of sizes) layers.push(await putLayer(target, size, folder));
      const architecture = ['amd64', 'arm64', 'ppc64le', 's390x'][n] ?? 'amd64';
      const config = Buffer.from(JSON.stringify({ architecture, os: 'linux', note: `${tag} ${n}` }));
      const configBlob = { mediaType: CONFIG, digest: digestOf(config), sizeBytes: config.length };
      await target.putBlob(configBlob, { open: async () => Readable.from([config]) });
      const bytes = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MEDIA_TYPE.ociManifest,
          config: written(configBlob),
          layers: layers.map(written),
        }),
      );
      manifests.push({ bytes, architecture, manifest: parseManifest(bytes, MEDIA_TYPE.ociManifest) });
    }
    const [only] = manifests;
    if (manifests.length === 1 && only) {
      await target.putManifest(tag, only.manifest);
      continue;
    }
    for (const { manifest } of manifests) await target.putManifest(manifest.digest, manifest);
    const children = manifests.map(({ bytes, architecture, manifest }) => ({
      mediaType: MEDIA_TYPE.ociManifest,
      digest: manifest.digest,
      size: bytes.length,
      platform: { architecture, os: 'linux' },
    }));
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: children };
    await target.putManifest(tag, parseManifest(Buffer.from(JSON.stringify(index)), MEDIA_TYPE.ociIndex));
  }
}

const written = ({ mediaType, digest, sizeBytes }: Descriptor) => ({ mediaType, digest, size: sizeBytes });

/** A gzip of random bytes, stored: skopeo would compress anything that is none. */
async function putLayer(target: Repository, sizeBytes: number, folder: string): Promise<Descriptor> {
  const file = join(folder, 'layer');
  const hash = createHash('sha256');
  let total = 0;
  const random = function* (): Generator<Buffer> {
    for (let left = sizeBytes; left > 0; left -= 1_000_000) {
      yield randomFillSync(Buffer.allocUnsafe(Math.min(left, 1_000_000)));
    }
  };
  const zip = createGzip({ level: 0 });
  zip.on('data', (piece: Buffer) => {
    hash.update(piece);
    total += piece.length;
  });
  await pipeline(Readable.from(random()), zip, createWriteStream(file));
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  const layer = { mediaType: LAYER, digest, sizeBytes: total };
  await target.putBlob(layer, { open: async () => createReadStream(file) });
  rmSync(file);
  return layer;
}
