import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from '../../../local/server.ts';

/** One request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}
export interface ScriptedServer extends Listening {
  readonly seen: readonly Seen[];
  /** TCP connections, whether or not a request came over them. */
  readonly connections: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server that answers as the test says, and remembers who came. */
export async function serveScript(answer: Answer): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const listening = await listen((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    return answer(request, response);
  });
  let connections = 0;
  listening.server.on('connection', () => {
    connections += 1;
  });
  return {
    ...listening,
    seen,
    get connections() {
      return connections;
    },
  };
}

/** Answers in order, the last one for ever. */
export function inTurn(...answers: readonly [Answer, ...Answer[]]): Answer {
  let turn = 0;
  return (request, response) => {
    const answer = answers[Math.min(turn, answers.length - 1)] ?? answers[0];
    turn += 1;
    return answer(request, response);
  };
}

export function reply(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

/** The distribution specification's error document. */
export const errorBody = (code: string, message: string): string =>
  JSON.stringify({ errors: [{ code, message }] });
