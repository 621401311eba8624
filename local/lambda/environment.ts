import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Listening, listen, readBody } from '../server.ts';

/** What came of one invocation. */
export type Invoked =
  | { readonly kind: 'answer'; readonly payload: unknown }
  /** The handler, or the import of its bundle, threw. */
  | { readonly kind: 'error'; readonly type: string; readonly message: string }
  /** The time was up, or the process ended; the environment is gone. */
  | { readonly kind: 'died'; readonly why: string };

export interface EnvironmentOptions {
  /** A folder with index.mjs. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** How much longer than it was told it is let run: for a machine on which a second is not one. Default 0. */
  readonly patienceMs?: number;
  /** What the function writes to its log, as it comes. */
  readonly log: (text: string) => void;
}

/** One execution environment: a process that answers one invocation at a time and stands still in between. */
export interface ExecutionEnvironment {
  invoke(event: unknown): Promise<Invoked>;
  close(): Promise<void>;
}

interface Task {
  readonly id: string;
  readonly event: unknown;
  /** Its time begins: the import of the bundle is not part of it. */
  readonly begin: () => void;
  readonly settle: (invoked: Invoked) => void;
}

/** Starts the process; its first invocation waits for the import. Only loopback is listened on. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  let waiting: ((task: Task) => void) | undefined;
  let given: Task | undefined;
  let running: Task | undefined;
  let ended: Invoked | undefined;
  let count = 0;
  const runtimeApi = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const child = start(options, runtimeApi);

  const settle = (invoked: Invoked): void => {
    const task = running ?? given;
    running = undefined;
    given = undefined;
    task?.settle(invoked);
  };
  const end = (invoked: Invoked): void => {
    ended ??= invoked;
    child.kill('SIGKILL');
    settle(ended);
  };
  child.once('exit', (code, signal) => end({ kind: 'died', why: `the process ended (${signal ?? code})` }));

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      const task = await next();
      running = task;
      task.begin();
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': task.id,
        'lambda-runtime-deadline-ms': String(Date.now() + options.timeoutMs),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:local',
      });
      response.end(JSON.stringify(task.event));
      return;
    }
    const body: unknown = JSON.parse((await readBody(request)).toString('utf8'));
    response.writeHead(202).end();
    if (path === 'init/error') end(errorOf(body));
    else if (path === `invocation/${running?.id}/response`) settle({ kind: 'answer', payload: body });
    else if (path === `invocation/${running?.id}/error`) settle(errorOf(body));
  };
  const next = (): Promise<Task> => {
    const task = given;
    given = undefined;
    if (task) return Promise.resolve(task);
    return new Promise((resolve) => {
      waiting = resolve;
    });
  };

  return {
    invoke: async (event) => {
      if (ended) return ended;
      count += 1;
      const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
      let timer: NodeJS.Timeout | undefined;
      const begin = (): void => {
        const why = `it timed out after ${options.timeoutMs} ms`;
        timer = setTimeout(() => end({ kind: 'died', why }), options.timeoutMs + (options.patienceMs ?? 0));
      };
      const invoked = await new Promise<Invoked>((resolve) => {
        const task = { id, event, begin, settle: resolve };
        child.kill('SIGCONT');
        if (waiting) {
          const hand = waiting;
          waiting = undefined;
          hand(task);
        } else {
          given = task;
        }
      });
      clearTimeout(timer);
      // Frozen until the next one: what goes on in the background on a laptop does not on Lambda.
      if (!ended) child.kill('SIGSTOP');
      return invoked;
    },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      }
      await runtimeApi.close();
    },
  };
}

function start({ bundle, env, log }: EnvironmentOptions, runtimeApi: Listening): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bootstrap.ts')], {
    cwd: bundle,
    // Nothing of this process's own environment.
    env: {
      ...env,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtimeApi.port}`,
      LAMBDA_TASK_ROOT: bundle,
      _HANDLER: 'index.handler',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', log);
  return child;
}

function errorOf(body: unknown): Invoked {
  const fields: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? Object.fromEntries(Object.entries(body)) : {};
  return { kind: 'error', type: String(fields['errorType']), message: String(fields['errorMessage']) };
}
