import { join } from 'node:path';
import type { Workload } from './workloads.ts';

/** A program that copies, and how it is told to. */
export interface Contender {
  readonly name: string;
  /** Undefined: it is not installed, or does not do this; the row says 'not run'. */
  readonly command: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it writes what the measured part of it cost, where that is not all of it. */
  readonly own?: string;
}

export interface Course {
  readonly workload: Workload;
  readonly source: { readonly origin: string; readonly port: number };
  readonly target: { readonly origin: string; readonly port: number };
  /** The certificate that is believed, over TLS. */
  readonly ca: string | undefined;
  /** Compiled programs and the bundled copy are here. */
  readonly folder: string;
  readonly digests: readonly string[];
  readonly compiled: ReadonlySet<string>;
  readonly installed: { readonly skopeo: string | undefined; readonly crane: string | undefined };
}

/** Everybody who runs, in the order of the rounds; ratios are to skopeo, crane and the floor. */
export function contenders(course: Course): readonly Contender[] {
  const { workload, source, target, ca, folder } = course;
  const { name, tags } = workload;
  const at = ({ port }: Course['source']): string => `127.0.0.1:${port}/${name}`;
  const running = name === 'running';
  const own = join(folder, 'own.json');
  const ours = (way: string): Contender => ({
    ...(running && { own }),
    name: way === 'socket' ? 'mirror' : `mirror ${way}`,
    command: [
      process.execPath,
      join(folder, 'start.mjs'),
      source.origin,
      target.origin,
      name,
      ...(running ? ['v1'] : tags),
    ],
    env: {
      BENCH_TRANSFER: way,
      BENCH_BLOBS: String(workload.blobsAtOnce),
      BENCH_TAGS: String(workload.tagsAtOnce),
      ...(ca && { BENCH_CA: ca }),
      ...(running && { BENCH_BEFORE: 'before', BENCH_OUT: own }),
    },
  });
  const bulk = name === 'bulk';
  const { skopeo, crane } = course.installed;
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  const synced = [
    'sync',
    '--all',
    '--src',
    'docker',
    '--dest',
    'docker',
    ...plain,
    at(source),
    `127.0.0.1:${target.port}`,
  ];
  const copied = ['copy', '-q', '--all', ...plain, `docker://${at(source)}:v1`, `docker://${at(target)}:v1`];
  const craned = bulk ? ['cp', '-a', at(source), at(target)] : ['cp', `${at(source)}:v1`, `${at(target)}:v1`];
  // The floor speaks no TLS, and a delay would be all it shows.
  const floor = ca === undefined && course.compiled.has('floor') ? join(folder, 'floor') : undefined;
  return [
    {
      name: 'floor',
      command:
        floor === undefined
          ? undefined
          : [floor, '4', String(source.port), String(target.port), name, ...course.digests],
    },
    ours('socket'),
    ours('undici'),
    // What no program on Node can be quicker than.
    ...(name === 'small' ? [{ name: 'empty node', command: [process.execPath, '-e', '0'] }] : []),
    { name: 'skopeo', command: skopeo === undefined ? undefined : [skopeo, ...(bulk ? synced : copied)] },
    { name: 'crane', command: crane === undefined ? undefined : [crane, ...craned, '--insecure'] },
  ];
}
