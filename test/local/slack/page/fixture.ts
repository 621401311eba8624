import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bundlePage, type PageBundle } from '../../../../local/slack/bundle-page.ts';
import type { Changed } from '../../../../local/slack/local-api.ts';
import { listen, readBody, sendJson } from '../../../../local/server.ts';
import { type FixtureData, fixtureData } from './fixture-data.ts';

export interface Post {
  readonly path: string;
  readonly body: unknown;
}

/** The page's server with fixed data: GETs answer from `data`, POSTs are noted and answered as the test says. */
export interface Fixture {
  readonly origin: string;
  readonly port: number;
  readonly data: FixtureData;
  readonly posts: readonly Post[];
  /** Paths of the `/_local/` GETs so far. */
  readonly gets: readonly string[];
  /** Resolves as soon as that many POSTs have come in. */
  posted(count: number): Promise<void>;
  /** How the next POSTs are answered; the default is a plain yes. */
  answer: (post: Post) => Promise<object> | object;
  emit(change: Changed): void;
  /** Resolves as soon as a page listens for events. */
  listening(): Promise<void>;
  close(): Promise<void>;
}

let bundled: Promise<PageBundle> | undefined;

export async function startFixture(port = 0, data: FixtureData = fixtureData()): Promise<Fixture> {
  bundled ??= bundlePage();
  const bundle = await bundled;
  const posts: Post[] = [];
  const gets: string[] = [];
  const streams = new Set<ServerResponse>();
  const arrivals = new EventEmitter();
  const server = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = bundle.files.get(url.pathname);
    if (url.pathname === '/') return send(response, 'text/html; charset=utf-8', bundle.html);
    if (file !== undefined) return send(response, file.type, file.body);
    if (url.pathname === '/_local/events') {
      stream(response, streams);
      return void arrivals.emit('stream');
    }
    if (request.method === 'POST') {
      const post = { path: url.pathname, body: await bodyOf(request) };
      posts.push(post);
      arrivals.emit('post');
      return sendJson(response, 200, await fixture.answer(post));
    }
    gets.push(url.pathname);
    const body = answerGet(url, data);
    return sendJson(response, body === undefined ? 404 : 200, body ?? { ok: false, error: 'not_found' });
  }, port);
  const fixture: Fixture = {
    origin: server.origin,
    port: server.port,
    data,
    posts,
    gets,
    posted: async (count) => {
      while (posts.length < count) await once(arrivals, 'post');
    },
    answer: () => ({ ok: true }),
    emit: (change) => {
      for (const open of streams) open.write(`data: ${JSON.stringify(change)}\n\n`);
    },
    listening: async () => {
      while (streams.size === 0) await once(arrivals, 'stream');
    },
    close: server.close,
  };
  return fixture;
}

function answerGet(url: URL, data: FixtureData): unknown {
  const channel = url.searchParams.get('channel') ?? '';
  const user = url.searchParams.get('user') ?? '';
  switch (url.pathname) {
    case '/_local/state':
      return data.workspace;
    case '/_local/transcript':
      return {
        messages: data.messages[channel] ?? [],
        ephemerals: (data.ephemerals[channel] ?? []).filter((line) => line.user === user),
      };
    case '/_local/home':
      return data.homes[user] ?? { user, id: '', blocks: [] };
    case '/_local/views':
      return data.views.filter((view) => view.user === user);
    default:
      return undefined;
  }
}

function stream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 100\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  return JSON.parse((await readBody(request)).toString('utf8'));
}
