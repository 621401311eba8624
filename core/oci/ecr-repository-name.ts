declare const nameBrand: unique symbol;

/** A repository name that ECR takes: 2 to 256 characters, lower case, single separators (CreateRepository). */
export type EcrRepositoryName = string & { readonly [nameBrand]: true };

export interface NameProblem {
  readonly message: string;
  /** Zero-based place of the first wrong character. */
  readonly at: number;
  readonly suggestion?: string;
}
export type NameResult =
  | { readonly ok: true; readonly name: EcrRepositoryName }
  | { readonly ok: false; readonly problem: NameProblem };

/** ECR's own pattern (API reference, CreateRepository `repositoryName`). */
const ECR_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const isEcrName = (text: string): text is EcrRepositoryName =>
  text.length >= 2 && text.length <= 256 && ECR_NAME.test(text);

export function parseEcrRepositoryName(text: string): NameResult {
  if (isEcrName(text)) return { ok: true, name: text };
  const better = text
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .replace(/(^|\/)[._-]+|[._-]+(?=\/|$)/g, '$1')
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '');
  const suggestion = isEcrName(better) ? { suggestion: better } : {};
  const wrong = reason(text);
  return { ok: false, problem: { ...wrong, ...suggestion } };
}

function reason(text: string): { message: string; at: number } {
  if (text.length < 2) return { message: 'it has 2 to 256 characters', at: 0 };
  if (text.length > 256) return { message: 'it has 2 to 256 characters', at: 256 };
  const foreign = /[^a-z0-9._/-]/u.exec(text);
  if (foreign) {
    const message = /[A-Z]/.test(foreign[0])
      ? 'capital letters'
      : `${JSON.stringify(foreign[0])} is not allowed`;
    return { message, at: foreign.index };
  }
  const double = /[._-]{2,}|\/\/|[._-]\/|\/[._-]|^[._/-]|[._/-]$/.exec(text);
  return { message: 'separators stand alone between letters or digits', at: double?.index ?? 0 };
}

/** The prefix itself and everything under it as a path: `base-images-old` is not below `base-images`. `/` = all. */
export function isBelow(repository: string, prefix: string): boolean {
  const bare = prefix.replace(/\/+$/, '');
  return bare === '' || repository === bare || repository.startsWith(`${bare}/`);
}
