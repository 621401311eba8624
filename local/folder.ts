import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { errorCode } from '../core/error-code.ts';

/** A folder that cannot be used, in one line for the terminal. */
export class FolderError extends Error {
  readonly code = 'folder';
  constructor(message: string) {
    super(message);
    this.name = 'FolderError';
  }
}

/**
 * Takes a data folder for this process; the returned function gives it back. A second process on the same LevelDB would
 * die unexplained, so the folder says who has it. After kill -9 the mark names a process that is gone, or another one
 * that got its number and does not serve the page.
 * Throws FolderError.
 */
export async function takeFolder(
  dataDir: string | undefined,
  page: number,
  /** What else one can do about somebody who has it. */
  orElse = `open http://127.0.0.1:${page}/, or `,
): Promise<() => void> {
  if (dataDir === undefined) return () => {};
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^E[A-Z]+: /, '') : String(error);
    throw new FolderError(`${dataDir} cannot be written: ${why}`);
  }
  const mark = join(dataDir, 'running.pid');
  const pid = readPid(mark);
  if (pid !== undefined && pid !== process.pid && isAlive(pid) && (await isOpen(page))) {
    throw new FolderError(`already running on ${dataDir}: ${orElse}stop process ${pid} first`);
  }
  writeFileSync(mark, `${process.pid}\n`);
  return () => rmSync(mark, { force: true });
}

/** One level at a time: Node's recursive mkdir never comes back where the system refuses with ENOENT, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Does anybody listen there? */
function isOpen(port: number): Promise<boolean> {
  if (port === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
