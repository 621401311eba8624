import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { formatProblem, parseConfig } from '../core/config/parse.ts';
import { build } from './build.ts';
import { type Deployment, deploymentOf } from './deployment.ts';
import { homeProblems } from './home.ts';
import { ROOT } from './node-function.ts';

/** What `npx cdk` runs (cdk.json). It needs no credentials: every account and Region is in the configuration. */
const app = new App();
build(app, readDeployment(), { acknowledged: true });

function readDeployment(): Deployment {
  const parsed = parseConfig(readFileSync(configFileOf(), 'utf8'));
  if (!parsed.ok) return stop(parsed.problems.map(formatProblem));
  const { config, hash } = parsed;
  const problems = homeProblems(config);
  if (problems.length > 0) return stop(problems.map(formatProblem));
  return deploymentOf({ config, hash }, app.outdir);
}

/** `--context config=FILE` or mirror.config.json. `npm run synth` may take the example; a deployment never does. */
function configFileOf(): string {
  const named: unknown = app.node.tryGetContext('config');
  if (typeof named === 'string') return resolve(named);
  const own = join(ROOT, 'mirror.config.json');
  if (existsSync(own)) return own;
  const example = join(ROOT, 'infra/example.config.json');
  if (app.node.tryGetContext('example') === 'true') {
    console.error('There is no mirror.config.json: infra/example.config.json is taken.');
    return example;
  }
  return stop([
    'there is no mirror.config.json. Begin with a copy: cp infra/example.config.json mirror.config.json',
  ]);
}

function stop(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(2);
}
