import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { parseConfig } from '../../core/config/parse.ts';
import { acknowledgedIn } from '../../infra/acknowledged.ts';
import { build } from '../../infra/build.ts';
import { deploymentOf } from '../../infra/deployment.ts';
import { ROOT } from '../../infra/node-function.ts';
import { type Variant, VARIANTS } from './variants.ts';

/**
 * The stacks of several configurations, without bundles, each into a folder of its own below the one that is given. In a
 * process of its own: the library is large, and jest reads it more slowly.
 */
const [, , out = ''] = process.argv;
// What `cdk` reads by itself; without it another template is looked at than the one that is deployed.
const { context }: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(join(ROOT, 'cdk.json'), 'utf8'),
);
for (const [name, { acknowledged = true, input, validated = false }] of Object.entries<Variant>(VARIANTS)) {
  const parsed = parseConfig(JSON.stringify(input));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const app = new App({
    outdir: join(out, name),
    context: {
      ...context,
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:validateAgainstDefaultRules': validated,
    },
  });
  const stacks = build(app, deploymentOf(parsed, join(out, name)), { acknowledged });
  if (!acknowledged) {
    const said = stacks.flatMap((stack) =>
      acknowledgedIn(stack, parsed.config).map((each) => ({ ...each, at: `${stack.stackName}/${each.at}` })),
    );
    writeFileSync(join(out, `${name}.acknowledged.json`), JSON.stringify(said));
  }
  try {
    app.synth();
  } catch (error) {
    if (acknowledged) throw error;
  }
}
