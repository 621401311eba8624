import { sendJson, type Handler } from '../server.ts';

export interface PageFiles {
  readonly html: string;
  readonly files: ReadonlyMap<string, { readonly type: string; readonly body: string | Uint8Array }>;
}

/** The page at `/`, its files beside it, and permalinks that lead to the thread on it. */
export function pageFiles(page: PageFiles | undefined): Handler {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, channel, digits] = /^\/archives\/([A-Z0-9]+)\/p(\d{7,})$/.exec(pathname) ?? [];
    if (channel !== undefined && digits !== undefined) {
      const thread = searchParams.get('thread_ts') ?? `${digits.slice(0, -6)}.${digits.slice(-6)}`;
      response.writeHead(302, { location: `/#${new URLSearchParams({ channel, thread })}` });
      response.end();
      return;
    }
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': `text/${page ? 'html' : 'plain'}; charset=utf-8` });
      response.end(page?.html ?? 'The Slack stand-in, without its page. People act through /_local/.\n');
      return;
    }
    const file = page?.files.get(pathname) ?? page?.files.get(pathname.slice(1));
    if (!file) return sendJson(response, 404, { ok: false, error: 'not_found' });
    response.writeHead(200, { 'content-type': file.type });
    response.end(file.body);
  };
}
