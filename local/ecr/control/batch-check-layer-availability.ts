import type { BatchCheckLayerAvailabilityResponse, Layer, LayerFailure } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { isDigest } from '../../../core/oci/digest.ts';
import type { Wire } from '../wire.ts';
import { checkLength, findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({ registryId, repositoryName: v.string(), layerDigests: v.array(v.string()) });

export const batchCheckLayerAvailability: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  checkLength(input.layerDigests, 'layerDigests', 100);
  const layers: Wire<Layer>[] = [];
  const failures: Wire<LayerFailure>[] = [];
  for (const layerDigest of input.layerDigests) {
    if (!isDigest(layerDigest)) {
      failures.push({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: 'Invalid layer digest',
      });
      continue;
    }
    const layerSize = repository.blobs.get(layerDigest);
    layers.push(
      layerSize === undefined
        ? { layerDigest, layerAvailability: 'UNAVAILABLE' }
        : { layerDigest, layerAvailability: 'AVAILABLE', layerSize },
    );
  }
  return { layers, failures } satisfies Wire<BatchCheckLayerAvailabilityResponse>;
};
