import * as v from 'valibot';
import type { RegistrySettings } from './endpoint.ts';
import { type Account, type Keychain, keychainOf } from './keychain.ts';

/** What the configuration says of a registry's credentials: the name of a secret. */
export interface CredentialSettings extends RegistrySettings {
  readonly credentials?: string | undefined;
}

/** Where secrets are: undefined for one that is not there. Rejects where they cannot be asked for. */
export type SecretSource = (name: string) => Promise<string | undefined>;

/** Secrets as environment variables. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return async (name) => (Object.hasOwn(env, name) ? env[name] : undefined);
}

export type SecretsResult =
  | { readonly ok: true; readonly keychain: Keychain }
  /** One line a secret; names it and never shows what it holds. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The accounts that `registries.<host>.credentials` name, read once: a missing or unreadable one is told at the
 * start, not at the first private image. Every problem at once.
 */
export async function secretsKeychain(
  registries: Readonly<Record<string, CredentialSettings>>,
  secrets: SecretSource,
): Promise<SecretsResult> {
  const accounts: Record<string, Account> = {};
  const problems: string[] = [];
  for (const [host, { credentials: name }] of Object.entries(registries)) {
    if (name === undefined) continue;
    const named = `the secret ${name}, which registries["${host}"].credentials names,`;
    try {
      const text = await secrets(name);
      const account = text === undefined ? undefined : parseSecret(text);
      if (account) accounts[host] = account;
      else problems.push(`${named} ${problemOf(text)}`);
    } catch (error) {
      // Its message may quote anything.
      problems.push(`${named} cannot be read (${error instanceof Error ? error.name : 'unknown'})`);
    }
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

function problemOf(text: string | undefined): string {
  if (text === undefined) return 'is not set';
  if (text.trim() === '') return 'is empty';
  return 'holds neither user:secret nor {"username": …, "password": …}';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
