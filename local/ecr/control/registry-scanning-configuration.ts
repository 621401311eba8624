import type {
  GetRegistryScanningConfigurationResponse,
  PutRegistryScanningConfigurationResponse,
} from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { ScanningConfiguration } from '../registry-settings.ts';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { checkLength, parseInput } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  scanType: v.optional(v.picklist(['BASIC', 'ENHANCED']), 'BASIC'),
  rules: v.optional(
    v.array(
      v.object({
        scanFrequency: v.picklist(['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL']),
        repositoryFilters: v.array(v.object({ filter: v.string(), filterType: v.literal('WILDCARD') })),
      }),
    ),
    [],
  ),
});

/** Replaces everything for the Region: who writes one rule and forgets the others' has deleted them. */
export const putRegistryScanningConfiguration: Operation = ({ world }, raw) => {
  const { scanType, rules } = parseInput(schema, raw);
  checkLength(rules, 'rules', 2);
  if (scanType === 'BASIC' && rules.some(({ scanFrequency }) => scanFrequency === 'CONTINUOUS_SCAN')) {
    throw new ControlError('ValidationException', 'Basic scanning does not support continuous scanning');
  }
  const configuration: ScanningConfiguration = {
    scanType,
    rules: rules.map(({ scanFrequency, repositoryFilters }) => ({
      scanFrequency,
      filters: repositoryFilters.map(({ filter }) => filter),
    })),
  };
  world.state.change({ kind: 'scanning', configuration });
  const shown = shapeOf(configuration);
  return { registryScanningConfiguration: shown } satisfies Wire<PutRegistryScanningConfigurationResponse>;
};

export const getRegistryScanningConfiguration: Operation = ({ world }) =>
  ({
    registryId: world.accountId,
    scanningConfiguration: shapeOf(world.state.scanning),
  }) satisfies Wire<GetRegistryScanningConfigurationResponse>;

const shapeOf = ({ scanType, rules }: ScanningConfiguration) => ({
  scanType,
  rules: rules.map(({ scanFrequency, filters }) => ({
    scanFrequency,
    repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' as const })),
  })),
});
