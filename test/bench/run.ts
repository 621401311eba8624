import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { imageBlobs } from '../../worker/copy/plan.ts';
import { fetchTree } from '../../worker/copy/tree.ts';
import { registryEndpoint } from '../../worker/registry/endpoint.ts';
import { openRegistry } from '../../worker/registry/registry.ts';
import { findStranger } from '../strangers.ts';
import { openChildren, type Served } from './children.ts';
import { contenders } from './contenders.ts';
import { fill } from './fill.ts';
import { type Verdict, verdictLines, verdicts } from './goals.ts';
import { measure, type Row, runRounds } from './rounds.ts';
import { table } from './table.ts';
import { type Workload, workloads } from './workloads.ts';

const here = import.meta.dirname;
const RTT_MS = 30;
const ENDLESS_BYTES = 10 * 1024 ** 3;
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  floor: ['-lcrypto', '-lpthread'],
  endless: ['-lpthread'],
};

const { values } = parseArgs({
  options: {
    workloads: { type: 'string', default: 'small,running,multi,big,bulk' },
    conditions: { type: 'string', default: 'plain,sink,tls,rtt,warm,memory' },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '15' },
    out: { type: 'string', default: '.bench/result.json' },
  },
});

const until = Date.now() + Number(values.minutes) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'mirror-bench-'));
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const targetStorage = mkdtempSync(join(memory, 'mirror-bench-target-'));
// The images are made once and kept: making them takes longer than copying them.
const sourceStorage = join(tmpdir(), `mirror-bench-source-${values.scale}`);
const children = openChildren(folder);
const end = (): void => {
  children.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(targetStorage, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    end();
    process.exit(1);
  });
}
try {
  await main();
} finally {
  end();
}

async function main(): Promise<void> {
  if (!findStranger('docker-registry')) return;
  const compiled = new Set(['measure', 'floor', 'endless'].filter(compile));
  if (!compiled.has('measure')) throw new Error('gcc is needed to measure what a process costs');
  await bundle();
  const installed = { skopeo: findStranger('skopeo'), crane: findStranger('crane') };
  const chosen = workloads(Number(values.scale)).filter(({ name }) =>
    values.workloads.split(',').includes(name),
  );
  const results: { title: string; rows: readonly Row[]; goals: readonly Verdict[] }[] = [];
  for (const condition of values.conditions.split(',')) {
    if (condition === 'memory') {
      console.log(await endlessBlob());
      continue;
    }
    if (condition === 'sink' && !compiled.has('endless')) continue;
    const tls = condition === 'tls' || condition === 'rtt';
    const certificate = tls ? makeCertificate() : undefined;
    const source = await children.registry({
      name: `source-${condition}`,
      storage: sourceStorage,
      certificate,
    });
    const target = await children.registry({
      name: `target-${condition}`,
      storage: targetStorage,
      certificate,
    });
    const ca = certificate?.cert;
    const reach = async ({ port }: Served) => {
      const script = [join(here, 'delay-proxy.ts'), String(port), String(RTT_MS)];
      const near = condition === 'rtt' ? await children.port(process.execPath, script) : port;
      return { port: near, origin: `${tls ? 'https' : 'http'}://127.0.0.1:${near}` };
    };
    const from = await reach(source);
    const sink = condition === 'sink' ? await children.port(join(folder, 'endless'), []) : undefined;
    const to = sink === undefined ? await reach(target) : { port: sink, origin: `http://127.0.0.1:${sink}` };
    for (const workload of chosen) {
      if (Date.now() > until || !isRun(workload.name, condition)) continue;
      const digests = await ready(`http${tls ? 's' : ''}://127.0.0.1:${source.port}`, workload, ca);
      const warm = condition === 'warm';
      const place = { workload, source: from, target: to, ca, folder, digests, compiled, installed };
      const runners = contenders(place).map((each) =>
        warm && each.name === 'floor' ? { ...each, command: undefined } : each,
      );
      const wipe = (): void => rmSync(join(targetStorage, 'docker'), { recursive: true, force: true });
      const rounds = {
        contenders: runners,
        folder,
        requests: () => ({ source: source.requests(), target: target.requests() }),
      };
      if (warm) await runRounds({ ...rounds, rounds: 1, prepare: () => {} });
      const count = workload.name === 'small' ? 2 * Number(values.rounds) + 1 : Number(values.rounds);
      const rows = await runRounds({ ...rounds, rounds: count, prepare: warm ? () => {} : wipe });
      wipe();
      const course = `${workload.name}, ${condition}`;
      const title = `${course}, ${count} rounds`;
      const goals = verdicts(course, rows);
      results.push({ title, rows, goals });
      console.log(`${table(title, rows)}\n${verdictLines(goals)}`);
    }
  }
  const versions = {
    node: process.version,
    skopeo: version(installed.skopeo),
    crane: version(installed.crane),
  };
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg(), ...versions };
  const date = new Date().toISOString();
  mkdirSync(join(values.out, '..'), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify({ date, machine, results }, null, 2)}\n`);
  console.log(JSON.stringify({ date, ...machine }));
}

/** Over a distance, gigabytes show the distance only; into a sink, nothing else shows the client. */
function isRun(workload: Workload['name'], condition: string): boolean {
  if (condition === 'sink') return workload === 'big';
  if (workload === 'running') return condition === 'rtt';
  return workload !== 'big' || condition === 'plain';
}

/** One blob of 10 GiB, made by its source and dropped by its target, through the engine as a process. */
async function endlessBlob(): Promise<string> {
  const [source, target] = [
    await children.port(join(folder, 'endless'), [String(ENDLESS_BYTES)]),
    await children.port(join(folder, 'endless'), []),
  ];
  const rows: string[] = ['### one blob of 10 GiB, peak RSS', ''];
  for (const way of ['socket', 'undici']) {
    const command = [
      process.execPath,
      join(folder, 'blob.mjs'),
      `http://127.0.0.1:${source}`,
      `http://127.0.0.1:${target}`,
      String(ENDLESS_BYTES),
      way,
    ];
    const cost = await measure(join(folder, 'measure'), command, process.env);
    rows.push(
      cost
        ? `- ${way}: ${cost.rssMB.toFixed(0)} MB, ${cost.wall.toFixed(1)} s, cpu ${cost.cpu.toFixed(1)} s`
        : `- ${way}: failed`,
    );
  }
  return `${rows.join('\n')}\n`;
}

/** The digests of a workload's blobs, whose images are made first where the source has none. */
async function ready(
  origin: string,
  workload: Workload,
  caFile: string | undefined,
): Promise<readonly string[]> {
  const { host } = new URL(origin);
  const ca = caFile && readFileSync(caFile, 'utf8');
  const endpoint = registryEndpoint(host, { [host]: { endpoint: origin } });
  const registry = openRegistry({ endpoint, ca });
  try {
    const repository = registry.repository(workload.name);
    const last = workload.tags.at(-1) ?? '';
    if (!(await repository.headManifest(last))) await fill(repository, workload, folder);
    const digests = new Set<string>();
    for (const tag of workload.tags) {
      const facts = await repository.headManifest(tag);
      if (!facts) throw new Error(`no ${tag}`);
      for (const { digest } of imageBlobs(await fetchTree(repository, facts.digest))) digests.add(digest);
    }
    return [...digests];
  } finally {
    await registry.close();
  }
}

function compile(program: string): boolean {
  try {
    const libraries = LIBRARIES[program] ?? [];
    execFileSync('gcc', ['-O2', '-o', join(folder, program), join(here, `${program}.c`), ...libraries]);
    return true;
  } catch {
    process.stderr.write(`${program}.c cannot be compiled here: what needs it is not run\n`);
    return false;
  }
}

/** As a command would be shipped: one file, so that starting costs little. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: { copy: join(here, 'copy.ts'), blob: join(here, 'blob.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // undici is a file of its own, loaded where it is needed.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const start = [
    "import { enableCompileCache } from 'node:module';",
    "enableCompileCache(new URL('cache', import.meta.url).pathname);",
    "await import('./copy.mjs');",
  ];
  writeFileSync(join(folder, 'start.mjs'), start.join('\n'));
}

function makeCertificate(): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    ...subject,
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { cert, key };
}

function version(program: string | undefined): string | undefined {
  if (program === undefined) return undefined;
  const flag = program.endsWith('crane') ? 'version' : '--version';
  return execFileSync(program, [flag], { encoding: 'utf8' }).trim();
}
