import type { Config, Destination } from '../config/schema.ts';

/** By the Region's name (AWS general reference, "Amazon Resource Names": partitions). */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}

/** Every repository prefix of the teams, without a slash at its end, each once. */
export const prefixesOf = ({ teams }: Pick<Config, 'teams'>): readonly string[] => [
  ...new Set(teams.flatMap(({ prefixes }) => prefixes.map((each) => each.replace(/\/+$/, '')))),
];

/** The repositories of a prefix: that of its own name, and all below it. */
export function repositoryArns(
  { account, region }: Pick<Destination, 'account' | 'region'>,
  prefixes: readonly string[],
): readonly string[] {
  const stem = `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/`;
  return prefixes.flatMap((prefix) => [`${stem}${prefix}`, `${stem}${prefix}/*`]);
}

export const tableArn = (
  place: { readonly account: string; readonly region: string },
  table: string,
): string => `arn:${partitionOf(place.region)}:dynamodb:${place.region}:${place.account}:table/${table}`;

/** `https://sqs.eu-central-1.amazonaws.com/123456789012/mirror-work` has all of it; undefined for another form. */
export function queueArn(queueUrl: string): string | undefined {
  const [, region, account, name] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/([^/]+)$/.exec(queueUrl) ?? [];
  if (region === undefined) return undefined;
  return `arn:${partitionOf(region)}:sqs:${region}:${account}:${name}`;
}
