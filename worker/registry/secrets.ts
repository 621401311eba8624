import * as v from 'valibot';
import type { RegistrySettings } from './endpoint.ts';
import { type Account, type Keychain, keychainOf } from './keychain.ts';

/** What the configuration says of a registry's credentials: the name of an environment variable. */
export interface CredentialSettings extends RegistrySettings {
  readonly credentials?: string | undefined;
}

export type SecretsResult =
  | { readonly ok: true; readonly keychain: Keychain }
  /** One line a variable; names it and never shows what it holds. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The accounts that `registries.<host>.credentials` name, read once: a missing or unreadable one is told at the
 * start, not at the first private image. Every problem at once.
 */
export function secretsKeychain(
  registries: Readonly<Record<string, CredentialSettings>>,
  env: Readonly<Record<string, string | undefined>>,
): SecretsResult {
  const accounts: Record<string, Account> = {};
  const problems: string[] = [];
  for (const [host, { credentials: variable }] of Object.entries(registries)) {
    if (variable === undefined) continue;
    const text = Object.hasOwn(env, variable) ? env[variable] : undefined;
    const account = text === undefined ? undefined : parseSecret(text);
    if (account) accounts[host] = account;
    else problems.push(problemOf(host, variable, text));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, keychain: keychainOf(accounts) };
}

/** HTTP Basic sends `user:secret` as one line (RFC 7617, 2: no control characters, no colon in the user). */
const word = v.pipe(v.string(), v.regex(/^\P{Cc}+$/u));
const user = v.pipe(word, v.excludes(':'));
const document = v.object({ username: user, password: word });
const pair = v.object({ user, secret: word });

/** `user:secret`, or JSON `{"username", "password"}` as Secrets Manager keeps it; undefined for anything else. */
export function parseSecret(text: string): Account | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    const parsed = v.safeParse(document, readJson(trimmed));
    return parsed.success ? { user: parsed.output.username, secret: parsed.output.password } : undefined;
  }
  const colon = trimmed.indexOf(':');
  const parsed = v.safeParse(pair, { user: trimmed.slice(0, colon), secret: trimmed.slice(colon + 1) });
  return colon > 0 && parsed.success ? parsed.output : undefined;
}

function problemOf(host: string, variable: string, text: string | undefined): string {
  const named = `the environment variable ${variable}, which registries["${host}"].credentials names,`;
  if (text === undefined) return `${named} is not set`;
  if (text.trim() === '') return `${named} is empty`;
  return `${named} holds neither user:secret nor {"username": …, "password": …}`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
