import type { PutImageScanningConfigurationResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  imageScanningConfiguration: v.object({ scanOnPush: v.optional(v.boolean(), false) }),
});

export const putImageScanningConfiguration: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const { settings } = findRepository(world, input.repositoryName);
  const { scanOnPush } = input.imageScanningConfiguration;
  world.state.change({ kind: 'settings', settings: { ...settings, scanOnPush } });
  return {
    registryId: world.accountId,
    repositoryName: settings.name,
    imageScanningConfiguration: { scanOnPush },
  } satisfies Wire<PutImageScanningConfigurationResponse>;
};
