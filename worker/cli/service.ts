import { errorCode } from '../../core/error-code.ts';
import { type ConfigProblem, parseConfig } from '../../core/config/parse.ts';
import type { Config } from '../../core/config/schema.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';
import type { ServiceOptions } from './service-line.ts';

/** What flags and environment say of the service, with the flag before the variable. */
export interface Service {
  readonly file: string;
  readonly table: string | undefined;
  readonly workQueue: string | undefined;
  readonly notifyQueue: string | undefined;
  readonly region: string | undefined;
}

/** The variables are those that the service itself is started with. */
export function serviceOf({ env }: Pick<Io, 'env'>, options: ServiceOptions): Service {
  return {
    file: options.config ?? env['MIRROR_CONFIG'] ?? 'mirror.config.json',
    table: options.table ?? env['MIRROR_TABLE'],
    workQueue: options.workQueue ?? env['MIRROR_WORK_QUEUE_URL'],
    notifyQueue: options.notifyQueue ?? env['MIRROR_NOTIFY_QUEUE_URL'],
    region: options.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
  };
}

export type ReadConfig =
  | { readonly ok: true; readonly config: Config; readonly hash: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Throws WrongUsage where the file cannot be read. */
export async function readConfig({ read }: Pick<Io, 'read'>, file: string): Promise<ReadConfig> {
  let text: string;
  try {
    text = await read(file);
  } catch (error) {
    const code = errorCode(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code || 'it is not text';
    throw new WrongUsage(`${file} cannot be read: ${why}; name another with --config`);
  }
  return parseConfig(text);
}

export const problemLine = (file: string, { path, message, example }: ConfigProblem): string =>
  `${file}${path ? `: ${path}` : ''}: ${message}${example ? `. For example ${example}` : ''}`;

/** The configuration, or WrongUsage with its first problem: for verbs that are about something else. */
export async function needConfig(
  io: Pick<Io, 'read'>,
  file: string,
): Promise<{ readonly config: Config; readonly hash: string }> {
  const read = await readConfig(io, file);
  if (read.ok) return read;
  const [first] = read.problems;
  const line = first ? problemLine(file, first) : `${file} is not valid`;
  throw new WrongUsage(`${line}; all of its problems: npx mirror config check ${file}`);
}
