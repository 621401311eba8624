import type { Config } from '../core/config/schema.ts';
import { type DockerConfigOptions, dockerAccounts } from './registry/docker-config.ts';
import type { Keychain } from './registry/keychain.ts';
import { type SecretSource, secretsKeychain } from './registry/secrets.ts';

export interface AccountsOptions {
  readonly config: Pick<Config, 'registries' | 'rules'>;
  readonly secrets: SecretSource;
  /** Where this machine's `docker login` keeps accounts, for hosts without a secret; not asked on a server. */
  readonly docker?: Pick<DockerConfigOptions, 'env' | 'home'> | undefined;
}

export type AccountsResult =
  | { readonly ok: true; readonly keychain: Keychain; readonly warnings: readonly string[] }
  /** One line each, without secrets. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The accounts that the rules of the configuration name, read once: what is missing is told at the start, not at the
 * first private image. The configuration's own secret comes before the account of `docker login`.
 */
export async function openAccounts({ config, secrets, docker }: AccountsOptions): Promise<AccountsResult> {
  const own = await secretsKeychain(config.registries, secrets);
  if (!own.ok) return own;
  const named = [...new Set(config.rules.flatMap(({ credentials }) => credentials))];
  const hosts = named.filter((host) => own.keychain(host) === undefined);
  const signedIn = docker && hosts.length > 0 ? await dockerAccounts({ ...docker, hosts }) : undefined;
  const keychain: Keychain = (host) => own.keychain(host) ?? signedIn?.keychain(host);
  const missing = named.filter((host) => keychain(host) === undefined);
  if (missing.length > 0) {
    const where = docker ? ' or sign in with docker login' : '';
    const problems = missing.map(
      (host) =>
        `a rule names the credentials of ${host}, and there are none: add registries["${host}"].credentials${where}`,
    );
    return { ok: false, problems: [...(signedIn?.problems ?? []), ...problems] };
  }
  const unused = Object.entries(config.registries)
    .filter(([host, { credentials }]) => credentials !== undefined && !named.includes(host))
    .map(([host]) => `registries["${host}"].credentials is named by no rule's credentials, and never used`);
  return { ok: true, keychain, warnings: [...(signedIn?.problems ?? []), ...unused] };
}
