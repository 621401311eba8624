import { describeEcrError } from '../../ecr/errors.ts';
import { bad, type Check } from './check.ts';

export interface Asked {
  readonly about: string;
  /** IAM's name of what was asked. */
  readonly action: string;
  readonly account: string;
  readonly region: string;
}

/** What an AWS call that did not work means for whoever runs the mirror. The names of these errors are the same at every service. */
export function awsProblem(error: unknown, { about, action, account, region }: Asked): Check {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const problem = describeEcrError(cause, { account, region, action });
  const where = `account ${account}, Region ${region}`;
  switch (problem.kind) {
    case 'permission':
      return bad(
        about,
        `${problem.principal ?? 'The role'} may not ${problem.action}${problem.resource ? ` on ${problem.resource}` : ''}.`,
        `Whoever runs the AWS account adds ${problem.action} to its policy.`,
      );
    case 'credentials':
      return bad(
        about,
        `AWS does not accept the credentials for ${where}: ${problem.message}`,
        CREDENTIALS[problem.problem],
      );
    case 'unreachable':
      return bad(
        about,
        `AWS does not answer in ${region}: ${problem.code}.`,
        'Check the way to it (DNS, firewall, VPC endpoint, proxy), and the Region.',
      );
    case 'throttled':
      return bad(about, `AWS asks to slow down in ${where}.`, 'Run it again in a minute.');
    default: {
      const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      return bad(about, `${action} in ${where} did not work: ${text}`, 'Check name, account and Region.');
    }
  }
}

const CREDENTIALS = {
  expired: 'Sign in to AWS again (aws sso login, or new keys in the environment).',
  unrecognised: 'Check the keys, and that the account has opted in to the Region.',
  clock: "Set this machine's clock.",
  region: 'Check the Region of the destination and of the endpoint.',
  none: 'Give AWS credentials: AWS_PROFILE, keys in the environment, or a role of the machine.',
} as const;
