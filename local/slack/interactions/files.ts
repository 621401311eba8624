import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../json-object.ts';
import { app, team } from '../workspace/seeds.ts';

export const filesPath = '/files/';

/** Files that people put into dialogs. They live as long as the stand-in runs. */
export interface Files {
  /** As Slack describes it to the app. https://docs.slack.dev/reference/objects/file-object */
  keep(user: string, file: { readonly name: string; readonly content: string }): JsonObject;
  /**
   * `url_private`: for the bot token with the scope files:read; everybody else gets a page to sign in, with status 200, as
   * Slack's servers do.
   */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

export function openFiles(options: {
  readonly base: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly scopes: readonly string[];
}): Files {
  const files = new Map<string, string>();
  return {
    keep: (user, { content, name }) => {
      const id = `F${options.newId().slice(0, 10)}`;
      files.set(id, content);
      const url = `${options.base}${filesPath}${id}/${encodeURIComponent(name)}`;
      const created = Math.floor(options.now() / 1000);
      return {
        id,
        created,
        timestamp: created,
        name,
        title: name,
        mimetype: 'text/plain',
        filetype: 'text',
        user,
        user_team: team.id,
        size: Buffer.byteLength(content),
        mode: 'hosted',
        url_private: url,
        url_private_download: `${url}?download`,
      };
    },
    handle: (request, response) => {
      const id = (request.url ?? '').slice(filesPath.length).split('/')[0] ?? '';
      const content = files.get(id);
      const known = request.headers.authorization === `Bearer ${app.botToken}`;
      if (content === undefined || !known || !options.scopes.includes('files:read')) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.end('<!DOCTYPE html><title>Sign in</title>');
        return;
      }
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(content);
    },
  };
}
