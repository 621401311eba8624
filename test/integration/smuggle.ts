import { parseManifest } from '../../core/oci/manifest.ts';
import { createPusher } from '../local/ecr/push.ts';
import type { Stage } from './stage.ts';

export interface Place {
  readonly repository: string;
  readonly tag: string;
}

/** Somebody with a push right of their own puts an image of ECR elsewhere, and asks nobody. */
export async function smuggle({ local }: Stage, from: Place, to: Place): Promise<void> {
  const { admin } = local.ecr;
  const stored = admin.manifest(from.repository, from.tag);
  if (!stored) throw new Error(`there is no ${from.repository}:${from.tag}`);
  const manifest = parseManifest(stored.bytes, stored.mediaType);
  if (manifest.kind !== 'image') throw new Error('only single images are smuggled');
  const pusher = await createPusher(local.ecr);
  try {
    const settings = {
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
    } as const;
    await pusher.createRepository(to.repository, settings).catch(ignoreExisting);
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      const bytes = await admin.blob(from.repository, digest);
      if (bytes) await pusher.pushBlob(to.repository, { digest, bytes });
    }
    const put = await pusher.putManifest(to.repository, to.tag, stored);
    if (put.status !== 201) throw new Error(`${put.status} ${put.text}`);
  } finally {
    pusher.sdk.destroy();
  }
}

function ignoreExisting(error: unknown): void {
  if (error instanceof Error && error.name === 'RepositoryAlreadyExistsException') return;
  throw error;
}
