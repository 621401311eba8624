import type { Shape } from '../copy/documents.ts';
import { type PlainRegistry, startPlainRegistry } from '../copy/plain-registry.ts';
import { type Ended, mirror } from './run-mirror.ts';
import { ECR_HOST, startWorld, type World } from './world.ts';

/** A plain registry to read from, and a place in each kind of registry to write to. */
export interface PlainWorld {
  readonly source: PlainRegistry;
  readonly target: PlainRegistry;
  readonly ecr: World['ecr'];
  /** Puts the shape there as `REPOSITORY:1` and names it. */
  add(repository: string, shape: Shape): string;
  toEcr(repository: string): string;
  toPlain(repository: string): string;
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  /** Requests that change something, at both targets. */
  writes(): number;
  close(): Promise<void>;
}

export async function startPlainWorld(): Promise<PlainWorld> {
  const [world, source, target] = await Promise.all([
    startWorld(),
    startPlainRegistry(),
    startPlainRegistry(),
  ]);
  const hostOf = ({ origin }: PlainRegistry): string => new URL(origin).host;
  const hosts = [hostOf(source), hostOf(target)].flatMap((host) => ['--insecure-host', host]);
  const changes = ({ method }: { readonly method: string }): boolean => !['GET', 'HEAD'].includes(method);
  return {
    source,
    target,
    ecr: world.ecr,
    add: (repository, shape) => {
      source.add(repository, '1', shape);
      return `${hostOf(source)}/${repository}:1`;
    },
    toEcr: (repository) => `${ECR_HOST}/${repository}`,
    toPlain: (repository) => `${hostOf(target)}/${repository}`,
    run: ([verb = '', ...args], stdin = '') => {
      const ecr = args.some((each) => each.includes(ECR_HOST)) || stdin.includes(ECR_HOST);
      return mirror([verb, ...hosts, ...(ecr ? world.toEcr : []), ...args], { env: world.aws, stdin });
    },
    writes: () =>
      target.calls.filter(changes).length +
      world.ecr.calls.filter(
        (call) => call.action === 'ecr:CreateRepository' || (call.plane === 'registry' && changes(call)),
      ).length,
    close: async () => {
      await Promise.all([source.close(), target.close(), world.close()]);
    },
  };
}
