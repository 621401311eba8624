import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ECRClient } from '@aws-sdk/client-ecr';
import { CHECKS } from './checks/all.ts';
import { type CheckResult, runChecks } from './run-checks.ts';
import { createScratch } from './scratch.ts';

/**
 * npm run contract:aws -- --scratch-repository NAME --region REGION: replays the stand-in's rules against real Amazon ECR
 * and prints every difference. It creates repositories below NAME and deletes them again; nothing else is touched.
 * Ends with 0 (no difference), 1 (some) or 2 (not run).
 */
const { values } = parseArgs({
  options: {
    'scratch-repository': { type: 'string' },
    region: { type: 'string' },
    endpoint: { type: 'string' },
  },
});
process.exitCode = await main();

async function main(): Promise<number> {
  const prefix = values['scratch-repository'];
  if (!prefix) {
    return refuse(
      'needs --scratch-repository NAME, a name below which repositories are created in your account and deleted again',
    );
  }
  const region = values.region ?? process.env['AWS_REGION'];
  if (!region) return refuse('needs --region REGION or AWS_REGION');
  const sdk = new ECRClient({ region, ...(values.endpoint !== undefined && { endpoint: values.endpoint }) });
  try {
    await sdk.config.credentials();
  } catch (error) {
    return refuse(`found no AWS credentials (${wordsOf(error)})`);
  }
  try {
    return await replay(sdk, prefix);
  } catch (error) {
    return refuse(`could not run: ${wordsOf(error)}`);
  } finally {
    sdk.destroy();
  }
}

async function replay(sdk: ECRClient, prefix: string): Promise<number> {
  const scratch = await createScratch(sdk, prefix, (ms) => wait(ms));
  // Whoever gives up must not leave repositories behind.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => void scratch.remove().finally(() => process.exit(code)));
  }
  try {
    const results = await runChecks(scratch.place, CHECKS, tell);
    const differing = results.filter(({ differences }) => differences.length > 0).length;
    console.log(`${results.length} rules, ${differing} differ`);
    return differing > 0 ? 1 : 0;
  } finally {
    await scratch.remove();
  }
}

function tell({ check, differences }: CheckResult): void {
  console.log(`${differences.length === 0 ? 'same     ' : 'DIFFERS  '}${check.name}`);
  for (const difference of differences) console.log(`         ${difference}`);
}

function refuse(words: string): number {
  console.error(`contract:aws ${words}`);
  return 2;
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
