import { isRegistryError, type RegistryError, type RegistryErrorCode } from './errors.ts';
import type { Repository } from './registry.ts';

/** An account that a registry did not take for an image that everybody may read. */
export interface RefusedAccount {
  readonly host: string;
  readonly repository: string;
  readonly user: string;
  /** What the registry said of it. */
  readonly detail: string;
}

export interface AccountFirst {
  readonly account: Repository;
  readonly anonymous: Repository;
  readonly user: string;
  /** What was found out before, by repository; kept as long as the registry is open. */
  readonly refused: Set<string>;
  readonly onRefused?: ((refused: RefusedAccount) => void) | undefined;
}

const LOGIN: ReadonlySet<RegistryErrorCode> = new Set(['unauthorized', 'credentials rejected', 'denied']);

/**
 * Reads with an account, and where the registry does not let that in, once without: a stored login that has run out
 * must not keep public images away (public.ecr.aws and ghcr.io answer it with 403, dexidp/dex#2672). Whoever may
 * read without it is read without it from then on. Writing is the account's alone.
 */
export function accountFirst({ account, anonymous, user, refused, onRefused }: AccountFirst): Repository {
  const { host, name } = account;
  const read = async <T>(run: (repository: Repository) => Promise<T>): Promise<T> => {
    if (refused.has(name)) return run(anonymous);
    try {
      return await run(account);
    } catch (error) {
      if (!isRegistryError(error) || !LOGIN.has(error.code)) throw error;
      const found = await unless(error, () => run(anonymous));
      refused.add(name);
      onRefused?.({ host, repository: name, user, detail: error.detail });
      return found;
    }
  };
  const { pipe } = account;
  return {
    ...account,
    headManifest: (key, signal) =>
      read(async (repository) => {
        const facts = await repository.headManifest(key, signal);
        // "There is none" from a registry that knows nobody: then the account is what is wrong.
        if (!facts && repository === anonymous && !refused.has(name)) throw new NotSeen();
        return facts;
      }),
    getManifest: (key, signal) => read((repository) => repository.getManifest(key, signal)),
    getBlobBytes: (blob, maxBytes, signal) =>
      read((repository) => repository.getBlobBytes(blob, maxBytes, signal)),
    openBlob: (blob, options) => read((repository) => repository.openBlob(blob, options)),
    listTags: (signal) => read((repository) => repository.listTags(signal)),
    listReferrers: (digest, signal) => read((repository) => repository.listReferrers(digest, signal)),
    ...(pipe && {
      pipe: {
        ...pipe,
        open: (blob, options) => read(({ pipe: own = pipe }) => own.open(blob, options)),
      },
    }),
  };
}

class NotSeen extends Error {}

/** The account's own error tells more than being unknown does; what passes by itself is told as that. */
async function unless<T>(first: RegistryError, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotSeen) throw first;
    if (isRegistryError(error) && !error.retryable) throw first;
    throw error;
  }
}
