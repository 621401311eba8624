import { isIPv4, isIPv6 } from 'node:net';
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
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])(?::([1-9][0-9]{0,4}))?$`);
const HOST_MAX = 253;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const TAG_MAX = 128;
const REPOSITORY_MAX = 255;

export const isTag = (text: string): boolean => TAG.test(text);

/** distribution/reference grammar, with Docker's familiar-name rules. Never throws. */
export function parseReference(text: string): ReferenceResult {
  const result = read(text);
  if (result.ok) return result;
  const { suggestion, ...problem } = result.problem;
  const better = suggestion !== undefined && read(suggestion).ok;
  return { ok: false, problem: better ? { ...problem, suggestion } : problem };
}

/** The full spelling: `docker.io/library/nginx:1.21-alpine`. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** As people know it: `nginx:1.21-alpine`. The full spelling where the short one would mean something else. */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference);
  if (reference.registry !== HUB) return full;
  const short = full.replace(/^docker\.io\/(?:library\/)?/, '');
  const meant = parseReference(short);
  return meant.ok && formatReference(meant.reference) === full ? short : full;
}

/** What a registry is asked for: the digest where there is one, else the tag. */
export function referenceKey(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

export const isHubOfficial = (reference: Reference): boolean =>
  reference.registry === HUB && reference.repository.startsWith('library/');

/** parseReference, where a suggestion is only what might help. */
function read(text: string): ReferenceResult {
  if (text === '') return fail('an image is missing', 0, 'nginx:1.27-alpine');
  const odd = text.search(/[^!-~]/);
  if (odd >= 0) return fail('images are written in plain ASCII without spaces', odd, text.trim());
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return fail('an image is not a web address', 0, imageAt(text));
  // Docker refuses the first for looking like an image id; the second would be a tag of an image called sha256.
  if (/^(?:sha256:)?[0-9a-f]{64}$/i.test(text)) {
    return fail('a digest needs its repository before it, as in nginx@sha256:…', 0);
  }

  const [beforeDigest = '', digestText, ...rest] = text.split('@');
  if (rest.length > 0) return fail('only one @ is allowed, before a digest', text.lastIndexOf('@'));
  if (digestText !== undefined && !isDigest(digestText)) {
    const at = beforeDigest.length + 1 + wrongInDigest(digestText);
    const lower = `${beforeDigest}@${digestText.toLowerCase()}`;
    return fail('a digest is sha256: and 64 lower-case hex digits', at, lower);
  }

  const slash = beforeDigest.indexOf('/');
  const first = slash < 0 ? '' : beforeDigest.slice(0, slash);
  const named = first.includes('.') || first.includes(':') || first.startsWith('[') || first === 'localhost';
  const host = named ? first.toLowerCase().replace(/\.(?=:|$)/, '') : HUB;
  // Without its last dot `a.` would be read as a name on Docker Hub: another registry than was meant.
  const stands = host.includes('.') || host.includes(':') || host.startsWith('[') || host === 'localhost';
  if (!stands || (named && !isHost(host))) return fail(`${first.slice(0, 100)} is not a registry host`, 0);
  const registry = HUB_ALIASES.has(host) ? HUB : host;

  const pathStart = named ? slash + 1 : 0;
  const path = beforeDigest.slice(pathStart);
  const colon = path.lastIndexOf(':');
  const tagged = colon >= 0 && !path.slice(colon).includes('/');
  const name = tagged ? path.slice(0, colon) : path;
  const tag = tagged ? path.slice(colon + 1) : undefined;

  const wrong = repositoryProblem(name);
  if (wrong) {
    const lower = name.toLowerCase();
    const fixed = text.slice(0, pathStart) + lower + text.slice(pathStart + name.length);
    return fail(wrong.message, pathStart + wrong.at, fixed);
  }
  if (tag !== undefined && !isTag(tag)) {
    const at = pathStart + colon + 1 + wrongInTag(tag);
    return fail(`a tag is letters, digits, _ . - and at most ${TAG_MAX} long`, at);
  }
  const repository = registry === HUB && !name.includes('/') ? `library/${name}` : name;
  if (repository.length > REPOSITORY_MAX) {
    return fail(`a repository name has at most ${REPOSITORY_MAX} characters`, pathStart + name.length);
  }
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

function suffix({ tag, digest }: Reference): string {
  return `${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

function isHost(host: string): boolean {
  const [, name = '', port = '443'] = HOST.exec(host) ?? [];
  if (name === '' || name.length > HOST_MAX || Number(port) > 65_535) return false;
  if (name.startsWith('[')) return isIPv6(name.slice(1, -1));
  // URL parsers read a last label of digits as IPv4, whatever stands before it: `127.1` is 127.0.0.1
  // (WHATWG URL, "ends in a number checker"). Only the spelling that everybody reads alike is taken.
  return isIPv4(name) || !/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(name);
}

function repositoryProblem(name: string): { message: string; at: number } | undefined {
  if (name === '') return { message: 'a repository name is missing', at: 0 };
  if (name.length > REPOSITORY_MAX) {
    return { message: `a repository name has at most ${REPOSITORY_MAX} characters`, at: REPOSITORY_MAX };
  }
  const foreign = /[^a-z0-9._/-]/.exec(name);
  if (foreign) {
    const capital = /[A-Z]/.test(foreign[0]);
    const message = capital
      ? 'repository names are lower case'
      : `${foreign[0]} is not allowed in a repository name`;
    return { message, at: foreign.index };
  }
  let at = 0;
  for (const component of name.split('/')) {
    const right = COMPONENT.exec(component)?.[0].length ?? 0;
    if (right === 0 || right < component.length) {
      return {
        message: 'each part starts and ends with a letter or digit, with single separators between',
        at: at + right,
      };
    }
    at += component.length + 1;
  }
  return undefined;
}

/** The place of the first character that keeps this from being a digest; its end where it is too short. */
function wrongInDigest(text: string): number {
  return /^(?:sha256:[0-9a-f]{0,64})?/.exec(text)?.[0].length ?? 0;
}

function wrongInTag(text: string): number {
  return /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?/.exec(text)?.[0].length ?? 0;
}

/** The image a pasted page shows: Docker Hub's and Quay's addresses, else host and path as they stand. */
function imageAt(address: string): string {
  return address
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/^hub\.docker\.com\/(?:_|r)\/([^/]+(?:\/[^/]+)?).*$/i, '$1')
    .replace(/^(quay\.io)\/repository\//i, '$1/');
}

function fail(message: string, at: number, suggestion?: string): ReferenceResult {
  return { ok: false, problem: { message, at, ...(suggestion !== undefined && { suggestion }) } };
}
