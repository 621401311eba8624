import type { IncomingMessage, ServerResponse } from 'node:http';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type Account, keychainOf } from '../../../worker/registry/keychain.ts';
import { kept } from '../copy/two-sides.ts';
import { errorBody, reply, type ScriptedServer, serveScript } from './scripted-server.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
export const manifest = reply(200, MANIFEST, {
  'content-type': MEDIA_TYPE.ociIndex,
  'docker-content-digest': digestOf(Buffer.from(MANIFEST)),
});
const ANN: Account = { user: 'ann', secret: 'pass:word' };
export const keychain = keychainOf({ 'registry.test': ANN });
export const basic = `Basic ${Buffer.from('ann:pass:word').toString('base64')}`;

export interface Parts {
  readonly token?: Answer;
  /** Which headers open the door. */
  readonly opens: (authorization: string | undefined) => boolean;
  readonly challenge: (origin: string) => string | readonly string[];
  readonly refusal?: { readonly status: number; readonly body: string };
  readonly content?: Answer;
}

/** A registry and its token service at one origin, on `/token`. */
export async function guarded({ token = reply(200, '{"token":"T1"}'), opens, challenge, ...parts }: Parts) {
  const { content = manifest, refusal = { status: 401, body: errorBody('UNAUTHORIZED', 'login') } } = parts;
  const server: ScriptedServer = kept(
    await serveScript((request, response) => {
      if (request.url?.startsWith('/token')) return token(request, response);
      if (opens(request.headers.authorization)) return content(request, response);
      const asked = challenge(server.origin);
      request.resume();
      response.writeHead(refusal.status, {
        'www-authenticate': typeof asked === 'string' ? asked : [...asked],
      });
      response.end(request.method === 'HEAD' ? undefined : refusal.body);
    }),
  );
  return server;
}
export const story = (server: ScriptedServer): readonly string[] =>
  server.seen.map(({ method, url, headers }) => {
    const path = url.startsWith('/token') ? decodeURIComponent(url) : url.split('/').at(-1);
    return `${method} ${path} ${headers.authorization ?? 'nobody'}`;
  });
export const bearer = (more: string) => (origin: string) => `Bearer realm="${origin}/token"${more}`;
export const withToken = (authorization: string | undefined): boolean => authorization === 'Bearer T1';
export const withBasic = (authorization: string | undefined): boolean => authorization === basic;
