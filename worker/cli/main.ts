import { parseCommandLine } from './command-line.ts';
import { complain, WrongUsage } from './complain.ts';
import { type Io, processIo } from './io.ts';

/** `mirror VERB …`. Returns the exit code: 0 all done, 1 some failed, 2 wrong usage, 130 stopped by Ctrl-C. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<number> {
  const parsed = parseCommandLine(args);
  if (!parsed.ok) return complain(io, parsed.problem);
  const { command } = parsed;
  // Each verb is loaded when it is asked for.
  const run = async (): Promise<number> => {
    switch (command.kind) {
      case 'copy':
        return (await import('./copy.ts')).copy(io, command);
      case 'plan':
        return (await import('./plan.ts')).plan(io, command);
      case 'list':
        return (await import('./list.ts')).list(io, command);
      case 'doctor':
        return (await import('./doctor.ts')).doctor(io, command);
      case 'config check':
        return (await import('./config-check.ts')).configCheck(io, command);
      case 'explain':
        return (await import('./explain-pair.ts')).explainPair(io, command);
      case 'requests':
        return (await import('./requests.ts')).requests(io, command);
      case 'decide':
        return (await import('./decide.ts')).decide(io, command);
      case 'adopt':
        return (await import('./adopt.ts')).adopt(io, command);
      case 'help':
        return (await import('./help.ts')).help(io);
      default:
        return command satisfies never;
    }
  };
  let code: number;
  try {
    code = await run();
  } catch (error) {
    if (error instanceof WrongUsage) return complain(io, error.message);
    throw error;
  }
  if (!io.signal.aborted) return code;
  io.err('mirror: stopped; what was copied is used the next time\n');
  return 130;
}
