import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeployedConfig, formatDeployedConfig } from '../core/config/deployed.ts';
import type { Config } from '../core/config/schema.ts';

/** What is deployed: the configuration, which shapes the rights, and as a file travels beside the bundles. */
export interface Deployment {
  readonly config: Config;
  /** Absolute; as core/config/deployed.ts writes it. */
  readonly configFile: string;
}

/** Checked and completed, so that no function has to do it. */
export function deploymentOf(deployed: DeployedConfig, folder: string): Deployment {
  const configFile = join(folder, 'mirror.config.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(configFile, formatDeployedConfig(deployed));
  return { config: deployed.config, configFile };
}
