import type { ConfigProblem } from '../core/config/parse.ts';
import type { Config, Destination } from '../core/config/schema.ts';

/** Where the product itself runs. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

export function homeOf({ aws, destinations: [first] }: Config): Home {
  const account = aws.account ?? first?.account;
  const region = aws.region ?? first?.region;
  if (account === undefined || region === undefined) {
    throw new Error('a configuration has at least one destination');
  }
  return { account, region };
}

export const stackName = ({ aws }: Config): string => `Mirror-${aws.name}`;

/**
 * A fixed name, because accounts elsewhere trust it before they can look it up. A role's name counts in all Regions of
 * an account, so the Region is part of it.
 */
export const workerRoleName = (config: Config): string =>
  `${stackName(config)}-worker-${homeOf(config).region}`;

/** Scans of these are told by their own account and Region, and have to be brought here. */
const isElsewhere = (config: Config, { account, region }: Destination): boolean => {
  const home = homeOf(config);
  return account !== home.account || region !== home.region;
};

/** Each account and Region once, with all that the configuration calls it. */
export const destinationsElsewhere = (config: Config): readonly Destination[] =>
  config.destinations.filter((each) => isElsewhere(config, each));

const ROLE = /^arn:[a-z-]+:iam::(?<account>[0-9]{12}):role\/(?<name>[\w+=,.@-]{1,64})$/;
/** The last part of a role's ARN. Undefined: no role, or one with a path. */
export const roleNameOf = (arn: string): string | undefined => ROLE.exec(arn)?.groups?.['name'];

/** What only the stack asks of a configuration; every problem at once. */
export function homeProblems(config: Config): readonly ConfigProblem[] {
  const home = homeOf(config);
  const problems: ConfigProblem[] = [];
  for (const [at, { account, endpoint, name, role }] of config.destinations.entries()) {
    const path = `destinations[${at}].role`;
    const example = `"arn:aws:iam::${account}:role/mirror-writer-${name}"`.toLowerCase();
    if (account !== home.account && role === undefined) {
      const message = `account ${account} is another one than ${home.account}, where the worker runs, so it needs a role there`;
      problems.push({ path, message, example });
    }
    if (role !== undefined && ROLE.exec(role)?.groups?.['account'] !== account) {
      problems.push({ path, message: `it is no role of account ${account} without a path`, example });
    }
    if (endpoint?.startsWith('http:')) {
      problems.push({
        path: `destinations[${at}].endpoint`,
        message: 'plain HTTP is for stand-ins on a laptop',
      });
    }
  }
  return problems;
}
