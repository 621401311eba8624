import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Contender } from './contenders.ts';

const run = promisify(execFile);

/** What one run cost. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly rssMB: number;
  readonly sourceRequests: number;
  readonly targetRequests: number;
}

export interface Row {
  readonly name: string;
  /** Medians; undefined: not run. */
  readonly cost: Cost | undefined;
  /** Medians of the ratios within a round, by the name of whom it is compared with. */
  readonly ratios: Readonly<Record<string, { readonly wall: number; readonly cpu: number }>>;
  readonly failed: number;
}

export interface Rounds {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly folder: string;
  /** Before each run: an empty target, or the same one. */
  readonly prepare: () => void;
  readonly requests: () => { readonly source: number; readonly target: number };
}

const COMPARED = ['floor', 'skopeo', 'crane'];

/** A B C A B C …, so that what disturbs the machine disturbs all; ratios are paired within a round. */
export async function runRounds({
  contenders,
  rounds,
  folder,
  prepare,
  requests,
}: Rounds): Promise<readonly Row[]> {
  const costs = new Map<string, (Cost | undefined)[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command, env, own } of contenders) {
      if (!command) continue;
      prepare();
      requests();
      const all = await measure(join(folder, 'measure'), command, { ...process.env, ...env });
      const cost = all && own ? { ...all, ...readOwn(own) } : all;
      const { source, target } = requests();
      const full = cost && { ...cost, sourceRequests: source, targetRequests: target };
      costs.set(name, [...(costs.get(name) ?? []), full]);
    }
  }
  return contenders.map(({ name }) => {
    const own = costs.get(name) ?? [];
    const good = own.filter((cost) => cost !== undefined);
    const ratios: Record<string, { wall: number; cpu: number }> = {};
    for (const other of COMPARED) {
      const pairs = (costs.get(other) ?? []).flatMap((theirs, n) => {
        const ours = own[n];
        return ours && theirs ? [{ wall: ours.wall / theirs.wall, cpu: ours.cpu / theirs.cpu }] : [];
      });
      if (pairs.length === 0) continue;
      ratios[other] = {
        wall: median(pairs.map(({ wall }) => wall)),
        cpu: median(pairs.map(({ cpu }) => cpu)),
      };
    }
    const of = (key: keyof Cost): number => median(good.map((cost) => cost[key]));
    const cost = good.length > 0 && {
      wall: of('wall'),
      cpu: of('cpu'),
      rssMB: of('rssMB'),
      sourceRequests: of('sourceRequests'),
      targetRequests: of('targetRequests'),
    };
    return { name, cost: cost || undefined, ratios, failed: own.length - good.length };
  });
}

function readOwn(file: string): Pick<Cost, 'wall' | 'cpu'> {
  const told: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { wall: numberOf(told, 'wall'), cpu: numberOf(told, 'cpu') };
}

function numberOf(told: unknown, key: string): number {
  const value: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, key) : undefined;
  return typeof value === 'number' ? value : Number.NaN;
}

const RUN_MAX_MS = 180_000;

/** One run as a process of its own. */
export async function measure(
  program: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<Cost, 'wall' | 'cpu' | 'rssMB'> | undefined> {
  const { stdout, stderr } = await run(program, command, { env, timeout: RUN_MAX_MS });
  const told: unknown = JSON.parse(stdout);
  const number = (key: string): number => numberOf(told, key);
  if (number('exit') !== 0) {
    process.stderr.write(
      `${command.slice(0, 3).join(' ')} ended with ${number('exit')}\n${stderr.slice(0, 2_000)}\n`,
    );
    return undefined;
  }
  return { wall: number('wall'), cpu: number('user') + number('sys'), rssMB: number('rssKiB') / 1024 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
