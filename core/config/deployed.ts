import * as v from 'valibot';
import type { Config } from './schema.ts';

/**
 * A configuration that was checked and completed before it was deployed, as it stands beside a function's bundle: what
 * checks it (the schema, cron, version ranges) is left out of the bundles.
 */
export interface DeployedConfig {
  readonly config: Config;
  /** Of parseConfig. */
  readonly hash: string;
}

const shape = v.object({
  hash: v.pipe(v.string(), v.nonEmpty()),
  config: v.looseObject({ limits: v.looseObject({}) }),
});

export const formatDeployedConfig = ({ config, hash }: DeployedConfig): string =>
  JSON.stringify({ hash, config });

/** Throws on anything but what formatDeployedConfig wrote. */
export function readDeployedConfig(text: string): DeployedConfig {
  const parsed = v.safeParse(shape, JSON.parse(text));
  if (!parsed.success) throw new TypeError('this is no configuration that was checked for a deployment');
  // Only infra/ writes it, from a Config.
  return parsed.output as unknown as DeployedConfig;
}
