import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../core/lambda/environment.ts';
import { readTemplate } from '../infra/template.ts';

/**
 * What a cold start of each function reads and takes: `npm run synth`, then `node test/bench/cold-start.ts`. Lambda's
 * processors are not this machine's; the order of magnitude is what counts against Slack's 3 s.
 */
const [, , out = 'cdk.out', rounds = '5'] = process.argv;
const template = readTemplate(join(out, 'Mirror-prod.template.json'));
const NOWHERE = 'http://127.0.0.1:9';
const env = {
  ...Object.fromEntries(Object.values(VARIABLES).map((name) => [name, 'x'])),
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_ENDPOINT_URL: NOWHERE,
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

console.log('| function | KB | import: wall ms | processor ms | RSS MB |\n| --- | --- | --- | --- | --- |');
for (const name of ['Bot', 'Notifier', 'Worker', 'Tick']) {
  const code = template.one('AWS::Lambda::Function', name).Properties['Code'];
  const key = typeof code === 'object' && code !== null && 'S3Key' in code ? String(code.S3Key) : '';
  const file = join(process.cwd(), out, `asset.${key.replace(/\.zip$/, '')}`, 'index.mjs');
  const script = `const a = performance.now(); const c = process.cpuUsage(); await import(${JSON.stringify(file)});
const { user, system } = process.cpuUsage(c);
console.log(JSON.stringify([performance.now() - a, (user + system) / 1000, process.memoryUsage.rss() / 1e6])); process.exit(0);`;
  const runs = Array.from({ length: Number(rounds) }, (): readonly number[] => {
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env,
      encoding: 'utf8',
    });
    return JSON.parse(said.trim().split('\n').at(-1) ?? '[]');
  });
  const [wall, processor, rss] = [0, 1, 2].map((at) => Math.round(median(runs.map((run) => run[at] ?? 0))));
  console.log(`| ${name} | ${Math.round(statSync(file).size / 1000)} | ${wall} | ${processor} | ${rss} |`);
}
