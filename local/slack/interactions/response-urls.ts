import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../../server.ts';
import { isObject, parseJson } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Origin, respond } from './respond.ts';

/** "up to 5 times within 30 minutes", https://docs.slack.dev/interactivity/handling-user-interaction */
const uses = 5;
const lifeMs = 30 * 60_000;
export const responsePath = '/response/';

export interface ResponseUrls {
  issue(origin: Origin): string;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function openResponseUrls(options: {
  readonly workspace: Workspace;
  readonly newId: () => string;
  readonly base: string;
}): ResponseUrls {
  const issued = new Map<string, { readonly origin: Origin; readonly at: number; used: number }>();
  const use = (id: string): Origin => {
    const entry = issued.get(id);
    if (!entry) throw new Refusal('invalid_url');
    if (options.workspace.now() - entry.at > lifeMs) throw new Refusal('expired_url');
    if (entry.used >= uses) throw new Refusal('used_url');
    entry.used += 1;
    return entry.origin;
  };
  return {
    issue: (origin) => {
      const id = options.newId();
      issued.set(id, { origin, at: options.workspace.now(), used: 0 });
      return `${options.base}${responsePath}${id}`;
    },
    handle: async (request, response) => {
      const body = parseJson((await readBody(request)).toString('utf8'));
      const id = (request.url ?? '').slice(responsePath.length);
      try {
        const origin = use(id);
        if (!isObject(body)) throw new Refusal('invalid_payload');
        respond(options.workspace, origin, body);
        sendJson(response, 200, { ok: true });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // Not an HTTP 200: the client's respond() looks at the status only, and a refused answer must be noticed.
        sendJson(response, error.code.endsWith('_url') ? 404 : 400, error.answer);
      }
    },
  };
}
