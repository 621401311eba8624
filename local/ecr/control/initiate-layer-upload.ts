import type { InitiateLayerUploadResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { pullThroughRuleOf, pullThroughText } from '../pull-through.ts';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({ registryId, repositoryName: v.string() });

export const initiateLayerUpload: Operation = async ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const { settings } = findRepository(world, input.repositoryName);
  const filled = pullThroughRuleOf(world.state, settings.name);
  if (filled) throw new ControlError('ValidationException', pullThroughText(settings.name, filled));
  const upload = await world.layerUploads.begin(settings.name);
  const { partSizeBytes } = world.uploadLimits;
  return { uploadId: upload.id, partSize: partSizeBytes } satisfies Wire<InitiateLayerUploadResponse>;
};
