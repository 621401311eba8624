import { Agent, request as ask, type IncomingHttpHeaders } from 'node:http';
import { listen, readBody } from '../../local/server.ts';

/** One call on its way to what is behind the door. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** `UpdateItem`, `SendMessage`, `chat.postMessage`: the last part of what AWS and Slack call it. */
  readonly operation: string;
  /** As text; forms are decoded. */
  readonly body: string;
}

/**
 * What becomes of a call: `busy` = a 503, it never arrived · `cut` = the line breaks, it never arrived ·
 * `lost` = it arrived, and the line breaks before its answer.
 */
export type Fate = 'ok' | 'busy' | 'cut' | 'lost';

export interface Held {
  /** Resolves when a call is kept. */
  readonly reached: Promise<Passing>;
  release(): void;
}

/** A way to a server on which calls can be kept, broken and watched: for one process, where each has a door of its own. */
export interface Door {
  readonly origin: string;
  /** Everything that came through, oldest first. */
  readonly passed: readonly Passing[];
  /** Keeps the first call that matches: before it arrives, or after it with its answer. */
  hold(when: 'before' | 'after', match: (passing: Passing) => boolean): Held;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly fateOf?: (passing: Passing) => Fate;
  readonly onAnswer?: (passing: Passing, answer: string) => void;
  /** Calls are not kept in `passed`: for long runs. */
  readonly forgetful?: boolean;
}

interface Armed {
  readonly when: 'before' | 'after';
  readonly match: (passing: Passing) => boolean;
  readonly reach: (passing: Passing) => void;
  readonly released: Promise<void>;
}

export async function openDoor(inner: string, options: DoorOptions = {}): Promise<Door> {
  const agent = new Agent({ keepAlive: true });
  const passed: Passing[] = [];
  const armed = new Set<Armed>();
  const keep = async (when: 'before' | 'after', passing: Passing): Promise<void> => {
    for (const each of armed) {
      if (each.when !== when || !each.match(passing)) continue;
      armed.delete(each);
      each.reach(passing);
      await each.released;
      return;
    }
  };
  const front = await listen(async (incoming, response) => {
    const bytes = await readBody(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const passing = { method, path: url, operation: operationOf(url, headers), body: textOf(bytes, headers) };
    if (!options.forgetful) passed.push(passing);
    const fate = options.fateOf?.(passing) ?? 'ok';
    if (fate === 'busy') {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{}');
      return;
    }
    if (fate === 'cut') {
      incoming.socket.destroy();
      return;
    }
    await keep('before', passing);
    const answer = await forward(inner, { agent, method, url, headers, bytes }).catch(() => undefined);
    if (!answer) {
      // What is behind the door is gone, as at the end of a test.
      incoming.socket.destroy();
      return;
    }
    options.onAnswer?.(passing, answer.bytes.toString('utf8'));
    await keep('after', passing);
    if (fate === 'lost') {
      incoming.socket.destroy();
      return;
    }
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
    response.writeHead(answer.status, { ...kept, 'content-length': answer.bytes.length });
    response.end(answer.bytes);
  });
  return {
    origin: front.origin,
    passed,
    hold: (when, match) => {
      const reached = Promise.withResolvers<Passing>();
      const released = Promise.withResolvers<void>();
      armed.add({ when, match, reach: reached.resolve, released: released.promise });
      return { reached: reached.promise, release: () => released.resolve() };
    },
    close: async () => {
      await front.close();
      agent.destroy();
    },
  };
}

interface Forwarded {
  readonly agent: Agent;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

function forward(inner: string, { bytes, url, ...rest }: Forwarded): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const forwarded = ask(new URL(url, inner), rest, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 500, headers: answer.headers, bytes: Buffer.concat(chunks) }),
      );
    });
    forwarded.on('error', reject);
    forwarded.end(bytes);
  });
}

/** AWS names it in `X-Amz-Target: AmazonSQS.SendMessage`, Slack in the path. */
function operationOf(url: string, headers: IncomingHttpHeaders): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.').at(-1) ?? '') : (url.split('/').at(-1) ?? '');
}

function textOf(bytes: Buffer, headers: IncomingHttpHeaders): string {
  const text = bytes.toString('utf8');
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return form ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
}
