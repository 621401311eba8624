/** A user name and a password or access token, as Basic authentication sends them. */
export interface Account {
  readonly user: string;
  readonly secret: string;
  /**
   * The secret is an identity token, which some registries give at `docker login` instead of keeping a password: the
   * token service exchanges it (distribution, "Docker Registry v2 authentication using OAuth2"), the registry never sees it.
   */
  readonly identity?: boolean;
}

/** Whose name requests to a registry are made in; undefined is nobody's. */
export type Keychain = (host: string) => Account | undefined;

export const anonymous: Keychain = () => undefined;

/**
 * Accounts by canonical host (`docker.io`, `registry.example.com:5000`). Only the exact host gets its account:
 * a look-alike, another port or a parent domain gets none.
 */
export function keychainOf(accounts: Readonly<Record<string, Account>>): Keychain {
  return (host) => (Object.hasOwn(accounts, host) ? accounts[host] : undefined);
}

export function basicHeader(account: Account): string {
  return `Basic ${Buffer.from(`${account.user}:${account.secret}`).toString('base64')}`;
}
