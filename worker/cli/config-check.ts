import { configAdvice } from '../../core/config/advice.ts';
import type { Io } from './io.ts';
import { problemLine, readConfig, serviceOf } from './service.ts';
import type { ServiceOptions } from './service-line.ts';

export interface ConfigCheck {
  readonly file: string | undefined;
  readonly options: ServiceOptions;
}

/** `mirror config check FILE`: every problem at once, and what is valid but hardly meant. 0 = valid, 1 = not. */
export async function configCheck(io: Io, { file: typed, options }: ConfigCheck): Promise<number> {
  const file = typed ?? serviceOf(io, options).file;
  const read = await readConfig(io, file);
  const advice = read.ok ? configAdvice(read.config) : [];
  if (options.json) {
    const problems = read.ok ? [] : read.problems;
    io.out(
      `${JSON.stringify({ file, valid: read.ok, ...(read.ok && { hash: read.hash }), problems, advice })}\n`,
    );
    return read.ok ? 0 : 1;
  }
  if (!read.ok) {
    for (const problem of read.problems) io.err(`${problemLine(file, problem)}\n`);
    return 1;
  }
  for (const each of advice) io.err(`look at this: ${problemLine(file, each)}\n`);
  const { rules, teams } = read.config;
  io.out(
    `${file} is valid: ${counted(teams.length, 'team')}, ${counted(rules.length, 'rule')}, hash ${read.hash}\n`,
  );
  return 0;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
