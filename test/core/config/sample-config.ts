import { parseConfig } from '../../../core/config/parse.ts';
import type { Config, ConfigInput } from '../../../core/config/schema.ts';

/** The least a configuration says. */
export const LEAST = {
  teams: [{ id: 'default', prefixes: ['base-images'], approvers: { userGroups: ['S0SEC'] } }],
  destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  channels: { default: 'C0GENERAL' },
} satisfies ConfigInput;

/** A configuration as it is read from a file: the least, and what a test adds to it. */
export function sampleConfig(more: Partial<ConfigInput> = {}): Config {
  const result = parseConfig(JSON.stringify({ ...LEAST, ...more }));
  if (!result.ok)
    throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.config;
}
