/** Where a function finds what it works with; infra/ writes these variables, and nothing else is read from them. */
export const VARIABLES = {
  table: 'MIRROR_TABLE',
  workQueueUrl: 'MIRROR_WORK_QUEUE_URL',
  notifyQueueUrl: 'MIRROR_NOTIFY_QUEUE_URL',
  workDeadQueueArn: 'MIRROR_WORK_DEAD_QUEUE_ARN',
  notifyDeadQueueArn: 'MIRROR_NOTIFY_DEAD_QUEUE_ARN',
  /** ARN of the secret with the bot's token and the signing secret. */
  slackSecret: 'MIRROR_SLACK_SECRET',
  /** ARN of the secret with the accounts of source registries. */
  registrySecret: 'MIRROR_REGISTRY_SECRET',
} as const;
/** Another Web API than slack.com's: GovSlack has its own (docs.slack.dev/govslack). */
export const SLACK_API_URL = 'MIRROR_SLACK_API_URL';
/** The file of the configuration; beside the bundle by default. */
export const CONFIG_FILE = 'MIRROR_CONFIG';

export type VariableName = keyof typeof VARIABLES;
type Env = Readonly<Record<string, string | undefined>>;

/** Throws one error that names every variable that is missing. */
export function readEnvironment<N extends VariableName>(
  env: Env,
  names: readonly N[],
): Readonly<Record<N, string>> {
  const missing = names.map((name) => VARIABLES[name]).filter((variable) => !env[variable]);
  if (missing.length > 0) throw new Error(`not set: ${missing.join(', ')}`);
  const found = names.map((name) => [name, env[VARIABLES[name]] ?? ''] as const);
  return Object.fromEntries(found) as Record<N, string>;
}
