import type { Config } from '../../core/config/schema.ts';
import { isSourceAllowed } from '../../core/config/rules.ts';
import { formatReference, parseReference } from '../../core/oci/reference.ts';
import { IMAGES_MAX } from '../../core/request/parts.ts';
import { cleanPasted } from '../pasted/clean.ts';
import { imagesIn } from '../pasted/images-in.ts';
import type { PastedImage } from '../pasted/pasted-image.ts';
import { imageOfAddress } from '../pasted/web-address.ts';

/**
 * The images that a message names: the lines of a Dockerfile or compose file, else words of its prose that can hardly
 * mean anything else. They are offered for choice, so one too many does little harm; each once, in the order of the text.
 */
export function imagesInMessage(config: Config, text: string): readonly PastedImage[] {
  const clean = cleanPasted(withoutMentions(text));
  const lines = (imagesIn(clean)?.images ?? []).filter(({ problem }) => problem === undefined);
  const words = clean.split('\n').flatMap((line, at) =>
    wordsOf(line).flatMap((word) => {
      const source = imageOfWord(config, word);
      return source === undefined ? [] : [{ source, line: at + 1 }];
    }),
  );
  const found = new Map<string, PastedImage>();
  for (const image of [...lines, ...words]) {
    const parsed = parseReference(image.source);
    if (!parsed.ok) continue;
    const key = formatReference(parsed.reference);
    if (!found.has(key)) found.set(key, image);
  }
  return [...found.values()].slice(0, IMAGES_MAX);
}

/** People, groups, channels and times are Slack's, and none of them is an image. */
const withoutMentions = (text: string): string => text.replace(/<[@#!][^>]*>/g, ' ');

interface Word {
  readonly text: string;
  /** It stood alone in code, so it is a name and no prose. */
  readonly code: boolean;
}

function wordsOf(line: string): readonly Word[] {
  const pulled = line.replace(/\b(?:docker|podman|nerdctl|crictl) +(?:image +)?(?:pull|run) +/gi, ' ');
  const words: Word[] = [];
  for (const [at, part] of pulled.split('`').entries()) {
    const code = at % 2 === 1;
    const parts = part.split(/[\s"'()[\]{},;|]+/).filter((word) => word !== '');
    for (const word of parts) {
      words.push({ text: word.replace(/^[*_~>-]+|[*_~.!?:]+$/g, ''), code: code && parts.length === 1 });
    }
  }
  return words;
}

/** Names that end so are files, and what stands behind the colon is a line of it. */
const FILE =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|c|h|cpp|sh|ya?ml|json|toml|md|txt|log|html|css|sql|tf)(?::\d+)*$/i;
/** Words before a colon that are no image. */
const NO_NAME = new Set([
  'localhost',
  'http',
  'https',
  'note',
  'todo',
  'line',
  'port',
  'fyi',
  'ps',
  're',
  'cc',
]);

function imageOfWord(config: Config, { code, text }: Word): string | undefined {
  const page = imageOfAddress(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return page !== undefined && isKnown(config, page) ? page : undefined;
  const word = page ?? text;
  const parsed = parseReference(word);
  if (!parsed.ok || FILE.test(word) || word.startsWith('/')) return undefined;
  const [name = ''] = word.split(/[:@]/);
  if (NO_NAME.has(name.toLowerCase()) || !/[a-z]/.test(name)) return undefined;
  if (/@sha256:[0-9a-f]{64}$/.test(word)) return word;
  const tag = /:([^/:@]+)$/.exec(word)?.[1];
  const hasHost = word.includes('/') && /^[^/]*[.:][^/]*\//.test(word);
  if (hasHost) return isKnown(config, word) ? word : undefined;
  // `10:30`, `and/or` and `src/app` are prose; a tag says something of a version.
  if (tag !== undefined) return looksLikeTag(tag) || code ? word : undefined;
  return code && word.includes('/') && !word.includes('..') ? word : undefined;
}

const looksLikeTag = (tag: string): boolean =>
  /\d/.test(tag) || /^(?:latest|stable|edge|main|master|lts|alpine|slim|nightly|mainline)\b/.test(tag);

/** `github.com/acme/app` is written like an image and is none. */
function isKnown(config: Config, text: string): boolean {
  const parsed = parseReference(text);
  return parsed.ok && isSourceAllowed(config, parsed.reference);
}
