import type { IncomingMessage } from 'node:http';
import type { Handler } from '../server.ts';
import { type Answer, json, send } from './answer.ts';
import type { CallFacts } from './calls.ts';
import type { Catalog } from './catalog.ts';
import { TOKEN_LIFE_S, type TokenClaims, type Tokens } from './tokens.ts';

export interface Account {
  readonly user: string;
  readonly secret: string;
}

export interface TokenParts {
  readonly catalog: Catalog;
  readonly tokens: Tokens;
  readonly accounts: readonly Account[];
  readonly now: () => number;
}

/**
 * `GET /token?service=…&scope=…`, anonymous or with Basic (distribution, "Token Authentication
 * Specification"). Asking for too much is no error: the token simply holds less.
 */
export function tokenHandler(parts: TokenParts): Handler {
  return (request, response) => {
    request.resume();
    send(response, answer(request, parts));
  };
}

function answer(request: IncomingMessage, { catalog, tokens, accounts, now }: TokenParts): Answer {
  const url = new URL(request.url ?? '/', 'http://auth');
  if (url.pathname !== '/token') return json(404, { details: 'not found' });
  if (request.method !== 'GET') return json(405, { details: 'method not allowed' });
  const login = basic(request);
  const known = accounts.some(({ user, secret }) => user === login?.user && secret === login.secret);
  if (login && !known) return json(401, { details: 'incorrect username or password' });
  const user = login?.user ?? 'anonymous';
  const issuedAtS = Math.floor(now() / 1000);
  const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
  const token = tokens.issue({
    user,
    service: url.searchParams.get('service') ?? '',
    issuedAtS,
    access: scopes.flatMap((scope) => grant(scope, user, catalog)),
  });
  const issued_at = new Date(issuedAtS * 1000).toISOString();
  return json(200, { token, access_token: token, expires_in: TOKEN_LIFE_S, issued_at });
}

export function describeTokenCall(request: IncomingMessage): CallFacts {
  const url = new URL(request.url ?? '/', 'http://auth');
  const repository = /^repository:([^:]+):/.exec(url.searchParams.get('scope') ?? '')?.[1];
  return {
    kind: url.pathname === '/token' ? 'token' : 'other',
    ...(repository !== undefined && { repository }),
    user: basic(request)?.user ?? 'anonymous',
  };
}

/** Reading for everyone who may see the repository, writing for nobody. */
function grant(scope: string, user: string, catalog: Catalog): TokenClaims['access'] {
  const [, name, wanted = ''] = /^repository:([^:]+):([a-z,*]+)$/.exec(scope) ?? [];
  if (name === undefined) return [];
  const repository = catalog.find(name);
  const visible = repository !== undefined && (repository.owner === undefined || repository.owner === user);
  const actions = visible && wanted.split(',').includes('pull') ? ['pull'] : [];
  return [{ type: 'repository', name, actions }];
}

function basic(request: IncomingMessage): Account | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const encoded = /^basic (.+)$/i.exec(header)?.[1] ?? '';
  const [user = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { user, secret: secret.join(':') };
}
