import type { LayerUpload } from '../layer-uploads.ts';
import type { EcrWorld } from '../world.ts';
import { ControlError } from './control-error.ts';

export function findLayerUpload(world: EcrWorld, repository: string, uploadId: string): LayerUpload {
  const upload = world.layerUploads.find(repository, uploadId);
  if (upload) return upload;
  throw new ControlError(
    'UploadNotFoundException',
    `The upload with id '${uploadId}' could not be found in the repository with name '${repository}' ` +
      `in the registry with id '${world.accountId}'`,
  );
}
