import type {
  DeleteRegistryPolicyResponse,
  GetRegistryPolicyResponse,
  PutRegistryPolicyResponse,
} from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { parsePolicy } from '../../../core/permissions/policy-document.ts';
import type { Wire } from '../wire.ts';
import type { EcrWorld } from '../world.ts';
import { ControlError, invalidParameter } from './control-error.ts';
import { parseInput } from './input.ts';
import type { Operation } from './operation.ts';

export const putRegistryPolicy: Operation = ({ world }, raw) => {
  const { policyText } = parseInput(v.object({ policyText: v.string() }), raw);
  // IAM takes more than the elements that are known here; what cannot be enforced must not look as if it were.
  if (!parsePolicy(policyText)) throw invalidParameter('PolicyText', 'Invalid registry policy provided');
  world.state.change({ kind: 'registryPolicy', text: policyText });
  return { registryId: world.accountId, policyText } satisfies Wire<PutRegistryPolicyResponse>;
};

export const getRegistryPolicy: Operation = ({ world }) =>
  ({ registryId: world.accountId, policyText: standing(world) }) satisfies Wire<GetRegistryPolicyResponse>;

export const deleteRegistryPolicy: Operation = ({ world }) => {
  const policyText = standing(world);
  world.state.change({ kind: 'registryPolicy', text: null });
  return { registryId: world.accountId, policyText } satisfies Wire<DeleteRegistryPolicyResponse>;
};

function standing({ accountId, state }: EcrWorld): string {
  if (state.registryPolicy !== undefined) return state.registryPolicy;
  throw new ControlError(
    'RegistryPolicyNotFoundException',
    `Registry policy does not exist in the registry with id '${accountId}'`,
  );
}
