import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode } from '../../core/error-code.ts';
import { type Account, type Keychain, keychainOf } from './keychain.ts';
import { parseSecret } from './secrets.ts';

export interface DockerConfigOptions {
  /** Canonical hosts that will be talked to; a helper is asked for these and no others. */
  readonly hosts: readonly string[];
  /** DOCKER_CONFIG, and the PATH where helpers are. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home folder. */
  readonly home: string;
  /** For one helper; 5 s by default: one that asks for a password would wait for ever. */
  readonly helperTimeoutMs?: number;
}

export interface DockerAccounts {
  readonly keychain: Keychain;
  /** One line each, without secrets; whoever has a problem is anonymous. */
  readonly problems: readonly string[];
}

/**
 * The accounts of `docker login`, as Docker keeps them (docs.docker.com/reference/cli/docker/login): `credHelpers` of
 * a host, else `credsStore`, else `auths`. No file is no problem.
 */
export async function dockerAccounts(options: DockerConfigOptions): Promise<DockerAccounts> {
  const folder = options.env['DOCKER_CONFIG'] || join(options.home, '.docker');
  const path = join(folder, 'config.json');
  const read = await readConfig(path);
  if (read.kind !== 'read') {
    return { keychain: keychainOf({}), problems: read.kind === 'broken' ? [`${path} ${read.why}`] : [] };
  }
  const answers = await Promise.all(
    [...new Set(options.hosts)].map(async (host) => ({
      host,
      found: await find(read.config, host, options),
    })),
  );
  const accounts: Record<string, Account> = {};
  const problems: string[] = [];
  for (const { host, found } of answers) {
    if (found.account) accounts[host] = found.account;
    if (found.problem) problems.push(`${path}: ${host} is used without an account: ${found.problem}`);
  }
  return { keychain: keychainOf(accounts), problems };
}

const text = v.optional(v.string());
const login = v.object({ auth: text, username: text, password: text, identitytoken: text });
const config = v.object({
  auths: v.optional(v.record(v.string(), login), {}),
  credHelpers: v.optional(v.record(v.string(), v.string()), {}),
  credsStore: text,
});
type DockerConfig = v.InferOutput<typeof config>;

type Read =
  | { readonly kind: 'read'; readonly config: DockerConfig }
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly why: string };

async function readConfig(path: string): Promise<Read> {
  let bytes: string;
  try {
    bytes = await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCode(error) || 'unknown';
    if (code === 'ENOENT') return { kind: 'none' };
    return { kind: 'broken', why: `cannot be read (${code}): registries are used without an account` };
  }
  try {
    const parsed = v.safeParse(config, JSON.parse(bytes));
    if (parsed.success) return { kind: 'read', config: parsed.output };
    const place = parsed.issues[0] && v.getDotPath(parsed.issues[0]);
    // Keys are hosts and field names; a value never gets into the line.
    return {
      kind: 'broken',
      why: `is not Docker's config.json (${place ?? 'document'}): registries are used without an account`,
    };
  } catch {
    return { kind: 'broken', why: 'is not JSON: registries are used without an account' };
  }
}

interface Found {
  readonly account?: Account;
  readonly problem?: string;
}

async function find(from: DockerConfig, host: string, options: DockerConfigOptions): Promise<Found> {
  const helper = entryFor(from.credHelpers, host) ?? (from.credsStore || undefined);
  const own = entryFor(from.auths, host);
  if (helper === undefined) return own ? loginOf(own, host) : {};
  const { env, helperTimeoutMs: timeoutMs = 5_000 } = options;
  // Starting programs takes time to load, and most hosts have no helper.
  const { askHelper } = await import('./credential-helper.ts');
  const answer = await askHelper({ helper, server: serverName(host), env, timeoutMs });
  if (answer.kind === 'failed') return { problem: answer.why };
  if (answer.kind === 'none') return own ? loginOf(own, host) : {};
  return answer.user === TOKEN_USER
    ? { account: identity(answer.secret, host) }
    : { account: { user: answer.user, secret: answer.secret } };
}

/** How a helper says that its secret is an identity token (docker/docker-credential-helpers README). */
const TOKEN_USER = '<token>';
/** What Azure takes an identity token with where it is a password (learn.microsoft.com, "az acr login with --expose-token"). */
const AZURE_USER = '00000000-0000-0000-0000-000000000000';

function loginOf(
  { auth, username, password, identitytoken }: v.InferOutput<typeof login>,
  host: string,
): Found {
  if (identitytoken) return { account: identity(identitytoken, host) };
  if (username && password) return { account: { user: username, secret: password } };
  if (!auth) return {};
  const account = parseSecret(Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, ''));
  return account ? { account } : { problem: 'its auth is not user:password in base64' };
}

/** `user` is for token services that know no other way than a password. */
function identity(secret: string, host: string): Account {
  const user = /\.azurecr\.(io|cn|us)$/.test(host) ? AZURE_USER : TOKEN_USER;
  return { user, secret, identity: true };
}

const HUB_KEYS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/**
 * The exact host's entry, however Docker spelled the key over the years: `ghcr.io`, `https://ghcr.io`,
 * `https://index.docker.io/v1/`. A key with any other path is of something else, such as Docker Hub's
 * `https://index.docker.io/v1/refresh-token`.
 */
function entryFor<T>(entries: Readonly<Record<string, T>>, host: string): T | undefined {
  if (Object.hasOwn(entries, host)) return entries[host];
  const key = Object.keys(entries).find((each) => {
    const name = /^(?:https?:\/\/)?([^/]+)(?:\/(?:v[12]\/?)?)?$/.exec(each)?.[1]?.toLowerCase();
    return name === host || (host === 'docker.io' && name !== undefined && HUB_KEYS.has(name));
  });
  return key === undefined ? undefined : entries[key];
}

/** What `docker login` stores a host under. */
const serverName = (host: string): string => (host === 'docker.io' ? 'https://index.docker.io/v1/' : host);
