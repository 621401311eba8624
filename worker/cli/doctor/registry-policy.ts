import { GetAccountSettingCommand, GetRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import type { Config, Destination } from '../../../core/config/schema.ts';
import { parsePolicy } from '../../../core/permissions/policy-document.ts';
import { type PolicyGap, registryPolicyGaps } from '../../../core/permissions/registry-policy.ts';
import { createEcr, type Ecr } from '../../ecr/client.ts';
import { awsProblem } from './aws-problem.ts';
import { type Check, good, look, skipped } from './check.ts';

export interface RegistryPolicyLook {
  readonly config: Config;
  readonly destination: Destination;
}

/** Whether the registry's own policy keeps everybody but the worker from writing below the prefixes. Nothing fails without it. */
export async function lookAtRegistryPolicy(given: RegistryPolicyLook): Promise<readonly Check[]> {
  const { config, destination } = given;
  const { account, region, endpoint, name } = destination;
  const about = `registry policy ${name}`;
  const settings = config.registryPolicy;
  if (!settings) {
    return [
      skipped(
        about,
        'Whoever may push in this account may also push below the prefixes: no registryPolicy is configured.',
        'See docs/pulling.md, "Only the worker writes".',
      ),
    ];
  }
  if (destination.role !== undefined) {
    // Ours would answer for our own account.
    const fix = `Whoever runs account ${account} compares its registry policy with: npm run -s registry-policy -- --destination ${name}`;
    return [skipped(about, 'Its registry policy is read with credentials of that account only.', fix)];
  }
  const ecr = createEcr({ account, region, endpoint }, { maxAttempts: 2 });
  try {
    const text = await standing(ecr);
    const document = text === undefined ? undefined : parsePolicy(text);
    if (text !== undefined && !document) {
      const what = 'The registry has a policy with elements that are not known here, so it cannot be judged.';
      return [look(about, what, 'Compare it with: npm run -s registry-policy')];
    }
    if (document && (await scope(ecr)) === 'V1') {
      const fix = 'aws ecr put-account-setting --name REGISTRY_POLICY_SCOPE --value V2';
      return [
        look(about, 'The registry policy counts for replication only (scope V1), not for pushes.', fix),
      ];
    }
    const gaps = registryPolicyGaps(document, { destination, teams: config.teams, settings });
    return gaps.length === 0
      ? [good(about, 'Only the worker and the named administrators may write below the prefixes.')]
      : gapsOf(about, gaps, settings.writers);
  } catch (error) {
    return [awsProblem(error, { about, action: 'ecr:GetRegistryPolicy', account, region })];
  } finally {
    ecr.client.destroy();
  }
}

/** Undefined: there is none. */
async function standing({ client }: Ecr): Promise<string | undefined> {
  try {
    return (await client.send(new GetRegistryPolicyCommand({}))).policyText;
  } catch (error) {
    if (error instanceof Error && error.name === 'RegistryPolicyNotFoundException') return undefined;
    throw error;
  }
}

const scope = async ({ client }: Ecr): Promise<string | undefined> =>
  (await client.send(new GetAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE' }))).value;

const FIX =
  'Whoever runs the AWS account puts what this prints beside what stands there: npm run -s registry-policy';

/** One line a kind: the list of actions is long, and mended by one statement. */
function gapsOf(about: string, gaps: readonly PolicyGap[], writers: readonly string[]): readonly Check[] {
  const of = (kind: PolicyGap['kind']): string | undefined => {
    const found = gaps.filter((gap) => gap.kind === kind);
    const unique = (values: readonly string[]): string => [...new Set(values)].join(', ');
    if (found.length === 0) return undefined;
    return `${unique(found.map(({ action }) => action))} below ${unique(found.map(({ prefix }) => prefix))}`;
  };
  const open = of('others may');
  const stopped = of('writer may not');
  const abroad = of('organization may not');
  const unknown = of('unknown');
  return [
    ...(open ? [look(about, `Others than the worker may ${open}.`, FIX)] : []),
    ...(stopped ? [look(about, `It stops ${writers.join(', ')} as well: ${stopped}.`, FIX)] : []),
    ...(abroad ? [look(about, `The organization's accounts may not ${abroad}.`, FIX)] : []),
    ...(unknown ? [look(about, `It has conditions that cannot be judged here: ${unknown}.`, FIX)] : []),
  ];
}
