import type { Io } from './io.ts';

/** What was typed cannot be done, found out after the command line was read. */
export class WrongUsage extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'WrongUsage';
  }
}

/** What was typed is wrong: one line, how it was probably meant, and the exit code for it. */
export function complain(io: Io, problem: string, suggestion?: string): 2 {
  io.err(`mirror: ${problem} (npx mirror help)\n`);
  if (suggestion !== undefined) io.err(`  Probably meant: ${suggestion}\n`);
  return 2;
}
