import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Handler, readBody, sendJson } from '../../server.ts';
import { isObject, type JsonObject, parseJson } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { click } from './click.ts';
import type { Desk } from './desk.ts';
import { homeOf, transcript, viewsOf, workspaceState } from './look.ts';
import { moveClock } from './move-clock.ts';
import { openHome } from './open-home.ts';
import { closeView, submit } from './submit.ts';
import { typeText } from './type-text.ts';
import { takeShortcut } from './use-shortcut.ts';

export const localPath = '/_local/';

/** The JSON API of local-api.ts. */
export function localRoutes(desk: Desk): { readonly handler: Handler; readonly closeStreams: () => void } {
  const streams = new Set<ServerResponse>();
  const handler: Handler = async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname.slice(localPath.length);
    if (!fromHere(request)) return sendJson(response, 403, { ok: false, error: 'cross_origin' });
    if (request.method === 'GET' && path === 'events') return stream(desk, streams, response);
    try {
      const answer =
        request.method === 'POST'
          ? await deed(desk, path, parseJson((await readBody(request)).toString('utf8')))
          : look(desk, path, url.searchParams);
      sendJson(response, 200, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendJson(response, error.code === 'unknown_path' ? 404 : 200, error.answer);
    }
  };
  return {
    handler,
    closeStreams: () => {
      for (const open of streams) open.end();
    },
  };
}

function deed(desk: Desk, path: string, body: unknown): Promise<JsonObject> {
  if (!isObject(body)) throw new Refusal('invalid_json');
  switch (path) {
    case 'command':
      return typeText(desk, body);
    case 'click':
      return click(desk, body);
    case 'submit':
      return submit(desk, body);
    case 'close':
      return closeView(desk, body);
    case 'home':
      return openHome(desk, body);
    case 'shortcut':
      return takeShortcut(desk, body);
    case 'clock':
      return moveClock(desk, body);
    default:
      throw new Refusal('unknown_path');
  }
}

function look(desk: Desk, path: string, query: URLSearchParams): unknown {
  const channel = query.get('channel') ?? undefined;
  const user = query.get('user') ?? undefined;
  switch (path) {
    case 'transcript':
      return transcript(desk, { channel, user });
    case 'state':
      return workspaceState(desk, user);
    case 'views':
      return viewsOf(desk, user);
    case 'home':
      return homeOf(desk, user);
    default:
      throw new Refusal('unknown_path');
  }
}

function stream(desk: Desk, streams: Set<ServerResponse>, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': hello\n\n');
  streams.add(response);
  const stop = desk.workspace.subscribe((change) => response.write(`data: ${JSON.stringify(change)}\n\n`));
  response.on('close', () => {
    stop();
    streams.delete(response);
  });
}

/** Any web page can post to a loopback port; only this page, and programs without an origin, may act as people. */
function fromHere(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || origin === `http://${host}`;
}
