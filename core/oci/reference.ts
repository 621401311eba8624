import { type Digest, isDigest } from './digest.ts';

/**
 * What a person means by an image: registry, repository, and a tag or a digest or both.
 * Docker's rules for short names are applied once, here: `nginx` is `docker.io/library/nginx:latest`.
 */
export interface Reference {
  /** Host, with a port where one was written; Docker Hub is always `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** Why a text is no reference; `at` is the zero-based place of the first wrong character. */
export interface ReferenceProblem {
  readonly message: string;
  readonly at: number;
  /** What was probably meant, ready to paste. */
  readonly suggestion?: string;
}
export type ReferenceResult =
  | { readonly ok: true; readonly reference: Reference }
  | { readonly ok: false; readonly problem: ReferenceProblem };

const HUB = 'docker.io';
const HUB_ALIASES = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);
const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?$`);
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const REPOSITORY_MAX = 255;

export const isTag = (text: string): boolean => TAG.test(text);

/** distribution/reference grammar, with Docker's familiar-name rules. */
export function parseReference(text: string): ReferenceResult {
  if (text === '') return fail('an image is missing', 0, 'nginx:1.27-alpine');
  const odd = [...text].findIndex((c) => c < '!' || c > '~');
  if (odd >= 0) return fail('images are written in plain ASCII without spaces', odd);
  const scheme = /^[a-z]+:\/\//i.exec(text);
  if (scheme) {
    return fail('an image is not a web address', 0, text.slice(scheme[0].length).replace(/\/+$/, ''));
  }

  const [beforeDigest = '', digestText, ...rest] = text.split('@');
  if (rest.length > 0) return fail('only one @ is allowed, before a digest', text.lastIndexOf('@'));
  if (digestText !== undefined && !isDigest(digestText)) {
    const at = beforeDigest.length + 1;
    return fail('a digest is sha256: and 64 lower-case hex digits', at);
  }

  const slash = beforeDigest.indexOf('/');
  const first = slash < 0 ? '' : beforeDigest.slice(0, slash);
  const named = first.includes('.') || first.includes(':') || first.startsWith('[') || first === 'localhost';
  const host = named ? first.toLowerCase().replace(/\.(?=:|$)/, '') : HUB;
  if (named && !isHost(host)) return fail(`${first} is not a registry host`, 0);
  const registry = HUB_ALIASES.has(host) ? HUB : host;

  const pathStart = named ? slash + 1 : 0;
  const path = beforeDigest.slice(pathStart);
  const colon = path.lastIndexOf(':');
  const tagged = colon >= 0 && !path.slice(colon).includes('/');
  const name = tagged ? path.slice(0, colon) : path;
  const tag = tagged ? path.slice(colon + 1) : undefined;

  const wrong = repositoryProblem(name);
  if (wrong) {
    const suggestion = name !== name.toLowerCase() && !repositoryProblem(name.toLowerCase());
    const fixed = text.slice(0, pathStart) + name.toLowerCase() + text.slice(pathStart + name.length);
    return fail(wrong.message, pathStart + wrong.at, suggestion ? fixed : undefined);
  }
  if (tag !== undefined && !isTag(tag)) {
    return fail('a tag is letters, digits, _ . - and at most 128 long', pathStart + colon + 1);
  }
  const repository = registry === HUB && !name.includes('/') ? `library/${name}` : name;
  return {
    ok: true,
    reference: {
      registry,
      repository,
      ...(tag !== undefined ? { tag } : digestText === undefined ? { tag: 'latest' } : {}),
      ...(digestText !== undefined && isDigest(digestText) && { digest: digestText }),
    },
  };
}

/** The full spelling: `docker.io/library/nginx:1.21-alpine`. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** As people know it: `nginx:1.21-alpine`. */
export function familiarReference(reference: Reference): string {
  const { registry, repository } = reference;
  if (registry !== HUB) return formatReference(reference);
  const name = repository.startsWith('library/') ? repository.slice('library/'.length) : repository;
  return `${name}${suffix(reference)}`;
}

/** What a registry is asked for: the digest where there is one, else the tag. */
export function referenceKey(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

export const isHubOfficial = (reference: Reference): boolean =>
  reference.registry === HUB && reference.repository.startsWith('library/');

function suffix({ tag, digest }: Reference): string {
  return `${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

function isHost(host: string): boolean {
  if (!HOST.test(host)) return false;
  const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536);
}

function repositoryProblem(name: string): { message: string; at: number } | undefined {
  if (name === '') return { message: 'a repository name is missing', at: 0 };
  if (name.length > REPOSITORY_MAX) {
    return { message: `a repository name has at most ${REPOSITORY_MAX} characters`, at: REPOSITORY_MAX };
  }
  const capital = /[A-Z]/.exec(name);
  if (capital) return { message: 'repository names are lower case', at: capital.index };
  const foreign = /[^a-z0-9._/-]/.exec(name);
  if (foreign) return { message: `${foreign[0]} is not allowed in a repository name`, at: foreign.index };
  let at = 0;
  for (const component of name.split('/')) {
    if (!COMPONENT.test(component)) {
      return {
        message: 'each part starts and ends with a letter or digit, with single separators between',
        at,
      };
    }
    at += component.length + 1;
  }
  return undefined;
}

function fail(message: string, at: number, suggestion?: string): ReferenceResult {
  return { ok: false, problem: { message, at, ...(suggestion !== undefined && { suggestion }) } };
}
