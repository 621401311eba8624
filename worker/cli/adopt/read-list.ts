import { parseReference } from '../../../core/oci/reference.ts';
import type { TagRule } from '../../../core/schedule/choose-tags.ts';
import { readScript } from './read-script.ts';
import { readYaml } from './read-yaml.ts';

/** One image of somebody's list, as it was written there. */
export interface ListedImage {
  /** From 1, as editors count; of YAML the entry's own. */
  readonly line: number;
  readonly source: string;
  /** With or without the registry's host. */
  readonly target?: string;
}

/** Tags that are chosen by a rule, as some lists do. */
export interface ListedRule extends TagRule {
  readonly line: number;
  readonly source: string;
  readonly target?: string;
}

export interface UnreadLine {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface OldList {
  readonly images: readonly ListedImage[];
  readonly rules: readonly ListedRule[];
  /** Nothing is passed over in silence. */
  readonly unread: readonly UnreadLine[];
}

/**
 * The list that a copying job worked on: regsync.yml (regclient.org/usage/regsync), skopeo's sync YAML (skopeo-sync(1)),
 * or a script: pairs in Python, `docker pull`, `tag` and `push` lines, lines of "source target". Never throws.
 */
export function readOldList(text: string): OldList {
  const plain = text.replace(/^\uFEFF/, '');
  return readYaml(plain) ?? readScript(plain);
}

/** Is it an image at all? Undefined = yes; else why not. */
export function whyNoImage(source: string): string | undefined {
  if (/[${}]/.test(source)) return 'it has a variable in it';
  const parsed = parseReference(source);
  if (!parsed.ok) return `${source} is not an image: ${parsed.problem.message}`;
  if (parsed.reference.digest !== undefined) return 'it names a digest, which never changes';
  return undefined;
}
