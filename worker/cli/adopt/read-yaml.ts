import * as v from 'valibot';
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { tagRuleProblem } from '../../../core/schedule/choose-tags.ts';
import { type ListedImage, type ListedRule, type OldList, type UnreadLine, whyNoImage } from './read-list.ts';

/** Undefined: the text is no YAML of a tool that is known here. */
export function readYaml(text: string): OldList | undefined {
  // `nginx:1.27 base/nginx` is YAML too, a map even where a blank follows the colon: only known shapes count.
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    // A tag is text: what YAML takes for the number 1.10 would come back as 1.1.
    document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, logLevel: 'silent' });
  } catch {
    return undefined;
  }
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const at = (node: unknown): number => {
    const range = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined;
    return Array.isArray(range) ? lines.linePos(Number(range[0])).line : 1;
  };
  const source = { document, at, text: text.split(/\r?\n/) };
  const sync = document.get('sync', true);
  if (isSeq(sync)) return regsync(source, sync.items);
  const hosts = document.contents.items.filter(
    ({ value }) => isMap(value) && SKOPEO.some((key) => value.has(key)),
  );
  return hosts.length > 0 ? skopeo(source, document.contents.items) : undefined;
}

interface Source {
  readonly document: Document.Parsed;
  readonly at: (node: unknown) => number;
  readonly text: readonly string[];
}
interface Reading {
  /** Not read, and why. */
  pass(line: number, why: string): void;
  image(image: ListedImage): void;
  rule(rule: ListedRule): void;
  readonly list: OldList;
}

function newReading(text: readonly string[]): Reading {
  const images: ListedImage[] = [];
  const rules: ListedRule[] = [];
  const unread: UnreadLine[] = [];
  const pass = (line: number, why: string): void => {
    unread.push({ line, text: (text[line - 1] ?? '').trim(), why });
  };
  return {
    pass,
    image: (image) => {
      const template = /[{}$]/.test(image.target ?? '') ? 'its target is a template' : undefined;
      const why = whyNoImage(image.source) ?? template;
      if (why === undefined) images.push(image);
      else pass(image.line, why);
    },
    rule: (rule) => {
      const why = whyNoImage(rule.source) ?? tagRuleProblem(rule);
      if (why === undefined) rules.push(rule);
      else pass(rule.line, why);
    },
    list: { images, rules, unread },
  };
}

const entry = v.object({
  source: v.optional(v.string()),
  target: v.optional(v.string()),
  type: v.optional(v.string()),
  tags: v.optional(
    v.object({
      allow: v.optional(v.array(v.string())),
      deny: v.optional(v.array(v.string())),
      semverRange: v.optional(v.array(v.string())),
    }),
  ),
});

/** regclient.org/usage/regsync: each step of `sync` is an image, a repository or a whole registry. */
function regsync({ at, document, text }: Source, items: readonly unknown[]): OldList {
  const reading = newReading(text);
  for (const item of items) {
    const line = at(item);
    const parsed = v.safeParse(entry, toJs(document, item));
    if (!parsed.success || parsed.output.source === undefined) {
      reading.pass(line, 'no source is named');
      continue;
    }
    const { source, tags, target, type } = parsed.output;
    const to = target === undefined ? {} : { target };
    if (type === 'image') reading.image({ line, source, ...to });
    else if (type === 'repository') repository(reading, { line, source, ...to }, tags);
    else reading.pass(line, `a ${type ?? 'step without a type'} is more than a list of images`);
  }
  return reading.list;
}

function repository(reading: Reading, place: ListedImage, tags: v.InferOutput<typeof entry>['tags']): void {
  const { allow = [], deny = [], semverRange = [] } = tags ?? {};
  if (deny.length > 0) reading.pass(place.line, '"deny" of tags is not known here: say what is allowed');
  else if (allow.length + semverRange.length === 0) reading.pass(place.line, ALL_TAGS);
  else {
    if (allow.length > 0) reading.rule({ ...place, match: allow.join('|') });
    if (semverRange.length > 0) reading.rule({ ...place, semver: semverRange.join(' || ') });
  }
}
const ALL_TAGS = 'all tags of a repository: name some';

const SKOPEO = ['images', 'images-by-tag-regex', 'images-by-semver'] as const;

/** skopeo-sync(1), YAML file format: hosts, and below them images with their tags. Targets are not said: they follow the source. */
function skopeo({ at, document, text }: Source, hosts: readonly Pair[]): OldList {
  const reading = newReading(text);
  for (const { key, value } of hosts) {
    const host = isScalar(key) ? String(key.value) : '';
    if (!isMap(value)) {
      reading.pass(at(key), 'below a host images are expected');
      continue;
    }
    for (const kind of SKOPEO) {
      const images = value.get(kind, true);
      if (!isMap(images)) continue;
      for (const pair of images.items)
        skopeoImage(reading, { host, kind, pair, line: at(pair.key), document });
    }
  }
  return reading.list;
}

interface SkopeoImage {
  readonly host: string;
  readonly kind: (typeof SKOPEO)[number];
  readonly pair: Pair;
  readonly line: number;
  readonly document: Document.Parsed;
}

function skopeoImage(reading: Reading, { document, host, kind, line, pair }: SkopeoImage): void {
  const name = isScalar(pair.key) ? String(pair.key.value) : '';
  const source = `${host}/${name}`;
  const says = toJs(document, pair.value);
  switch (kind) {
    case 'images': {
      const tags = Array.isArray(says) ? says.map(String) : [];
      if (tags.length === 0) reading.pass(line, ALL_TAGS);
      for (const tag of tags) {
        reading.image({ line, source: tag.startsWith('sha256:') ? `${source}@${tag}` : `${source}:${tag}` });
      }
      return;
    }
    case 'images-by-semver':
      reading.rule({ line, source, semver: String(says ?? '') });
      return;
    case 'images-by-tag-regex':
      reading.rule({ line, source, match: String(says ?? '').replace(/^\^|\$$/g, '') });
      return;
    default:
      kind satisfies never;
  }
}

function toJs(document: Document.Parsed, node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJS' in node ? (node as Node).toJS(document) : node;
}
