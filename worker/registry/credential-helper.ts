import { spawn } from 'node:child_process';

export type HelperAnswer =
  | { readonly kind: 'found'; readonly user: string; readonly secret: string }
  | { readonly kind: 'none' }
  /** `why` is for people and holds nothing the helper said. */
  | { readonly kind: 'failed'; readonly why: string };

export interface HelperQuestion {
  /** `ecr-login` of `docker-credential-ecr-login`. */
  readonly helper: string;
  /** As the helper knows it: `ghcr.io`, but `https://index.docker.io/v1/`. */
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

const ANSWER_MAX_BYTES = 64 * 1024;
/** What every helper prints when it has no entry (docker/docker-credential-helpers, credentials/error.go). */
const NOT_FOUND = 'credentials not found in native keychain';

/**
 * `docker-credential-X get` (docs.docker.com, "Credential helper protocol"): the server on stdin, JSON on stdout.
 * What it writes to stderr is not shown: it may hold anything.
 */
export async function askHelper(question: HelperQuestion): Promise<HelperAnswer> {
  const program = `docker-credential-${question.helper}`;
  // A name with a path in it would run a program from anywhere.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(question.helper)) {
    return { kind: 'failed', why: "the helper's name is not a program's name" };
  }
  const ended = await run(program, question);
  switch (ended.kind) {
    case 'missing':
      return { kind: 'failed', why: `${program} is not on the PATH` };
    case 'slow':
      return { kind: 'failed', why: `${program} did not answer within ${question.timeoutMs / 1_000} s` };
    case 'exited':
      if (ended.code === 0) return found(program, ended.output);
      return ended.output.includes(NOT_FOUND)
        ? { kind: 'none' }
        : { kind: 'failed', why: `${program} ended with code ${ended.code}` };
    default:
      return ended satisfies never;
  }
}

type Ended =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'slow' };

function run(program: string, { server, env, timeoutMs }: HelperQuestion): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    let output = '';
    const end = (ended: Ended): void => {
      clearTimeout(timer);
      // A child of the helper may hold its stdout open for longer than the helper lives.
      child.stdout.destroy();
      child.kill('SIGKILL');
      resolve(ended);
    };
    const timer = setTimeout(() => end({ kind: 'slow' }), timeoutMs);
    child.once('error', () => end({ kind: 'missing' }));
    child.once('close', (code) => end({ kind: 'exited', code: code ?? 1, output }));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.length > ANSWER_MAX_BYTES) end({ kind: 'exited', code: 1, output: '' });
    });
    // A helper that does not read its stdin breaks the pipe; its exit tells what became of it.
    child.stdin.on('error', () => {});
    child.stdin.end(server);
  });
}

function found(program: string, output: string): HelperAnswer {
  try {
    const json: unknown = JSON.parse(output);
    if (typeof json === 'object' && json !== null) {
      const [user, secret]: readonly unknown[] = [Reflect.get(json, 'Username'), Reflect.get(json, 'Secret')];
      if (typeof user === 'string' && typeof secret === 'string') {
        return secret === '' ? { kind: 'none' } : { kind: 'found', user, secret };
      }
    }
  } catch {
    // Told below, without its words.
  }
  return { kind: 'failed', why: `${program} did not answer with a Username and a Secret` };
}
