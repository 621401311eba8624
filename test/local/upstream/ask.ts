import { request } from 'undici';
import { ACCEPT_MANIFESTS } from '../../../core/oci/media-type.ts';
import type { Upstream } from '../../../local/upstream/start.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One request, no redirect followed, nothing retried. */
export async function ask(
  url: string,
  options: {
    readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
    readonly headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const response = await request(url, { method: options.method ?? 'GET', headers: options.headers ?? {} });
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  return { status: response.statusCode, headers, body: Buffer.from(await response.body.arrayBuffer()) };
}

/** What a registry's error body says first. */
export function errorOf(answer: Answer): { readonly code: string; readonly message: string } {
  const { errors } = JSON.parse(answer.body.toString('utf8'));
  return errors[0];
}

export async function tokenFor(
  upstream: Upstream,
  wish: { readonly repository: string; readonly login?: string; readonly service?: string },
): Promise<string> {
  const { repository, login, service = 'registry.docker.io' } = wish;
  const answer = await ask(
    `http://${upstream.authHost}/token?service=${service}&scope=repository:${repository}:pull`,
    login === undefined
      ? {}
      : { headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` } },
  );
  const { token } = JSON.parse(answer.body.toString('utf8'));
  return token;
}

/** `path` under `/v2/`, with a fresh token for `repository` and every manifest type accepted. */
export async function askRegistry(
  upstream: Upstream,
  wish: {
    readonly repository: string;
    readonly path: string;
    readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
    readonly login?: string;
    readonly headers?: Record<string, string>;
  },
): Promise<Answer> {
  const token = await tokenFor(upstream, wish);
  return ask(`${upstream.url}/v2/${wish.repository}/${wish.path}`, {
    ...(wish.method && { method: wish.method }),
    headers: { accept: ACCEPT_MANIFESTS, authorization: `Bearer ${token}`, ...wish.headers },
  });
}
