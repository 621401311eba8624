import { type ListedImage, type OldList, type UnreadLine, whyNoImage } from './read-list.ts';

interface Line {
  readonly line: number;
  readonly text: string;
}
type Found = { readonly images: readonly ListedImage[]; readonly unread: readonly UnreadLine[] };

const PAIR = /[([]\s*[rbfu]?(['"])([^'"]*)\1\s*,\s*[rbfu]?(['"])([^'"]*)\3\s*,?\s*[)\]]/g;
const QUOTED = /(['"])([a-z0-9][\w./-]*[:/][\w./:@-]+)\1/i;
const DOCKER = /\b(?:docker|podman|nerdctl|skopeo)\s+(?:image\s+)?(pull|tag|push)\s+(.+)$/;

/** Pairs, docker's lines and plain lines may stand in one file: each line is read by whoever knows it. */
export function readScript(text: string): OldList {
  const lines = text
    .split(/\r?\n/)
    .map((raw, at): Line => ({ line: at + 1, text: raw.replace(/(?:^|\s)#.*$/, '').trim() }));
  const docker = dockerLines(lines.filter(({ text: said }) => DOCKER.test(said)));
  const rest = lines.filter(({ text: said }) => said !== '' && !DOCKER.test(said));
  const isScript =
    docker.images.length + docker.unread.length > 0 || rest.some(({ text: said }) => hasPair(said));
  const others = rest.map((each) => otherLine(each, isScript));
  return {
    images: [...docker.images, ...others.flatMap(({ images }) => images)].toSorted((a, b) => a.line - b.line),
    rules: [],
    unread: [...docker.unread, ...others.flatMap(({ unread }) => unread)].toSorted((a, b) => a.line - b.line),
  };
}

const hasPair = (text: string): boolean => text.matchAll(PAIR).next().done !== true;

function otherLine({ line, text }: Line, isScript: boolean): Found {
  const pairs = [...text.matchAll(PAIR)];
  if (pairs.length > 0) {
    return merge(pairs.map(([, , source = '', , target = '']) => toImage({ line, text }, source, target)));
  }
  if (isScript) {
    // Code is no list; a lone name of an image in quotes is one that nobody says where to put.
    const lone = QUOTED.exec(text)?.[2];
    if (lone === undefined || whyNoImage(lone) !== undefined) return NOTHING;
    return { images: [], unread: [{ line, text, why: 'an image without the target beside it' }] };
  }
  const [source = '', target, ...more] = text.split(/[\s,]+/);
  if (more.length > 0)
    return { images: [], unread: [{ line, text, why: 'more than a source and a target' }] };
  return toImage({ line, text }, source, target);
}

const NOTHING: Found = { images: [], unread: [] };

function toImage({ line, text }: Line, source: string, target: string | undefined): Found {
  const why =
    whyNoImage(source) ??
    (target !== undefined && /[${}]/.test(target) ? 'its target has a variable in it' : undefined);
  if (why !== undefined) return { images: [], unread: [{ line, text, why }] };
  return { images: [{ line, source, ...(target !== undefined && target !== '' && { target }) }], unread: [] };
}

/** What is pulled and tagged is a pair; a push only repeats the tag's name. */
function dockerLines(lines: readonly Line[]): Found {
  const found: Found[] = [];
  const tagged = new Set<string>();
  const pulled: { readonly at: Line; readonly source: string }[] = [];
  for (const at of lines) {
    const [, verb, rest = ''] = DOCKER.exec(at.text) ?? [];
    const words =
      rest
        .split(/\s*(?:&&|\|\||;)\s*/)[0]
        ?.split(/\s+/)
        .filter((word) => !word.startsWith('-')) ?? [];
    const [first = '', second] = words.map((word) => word.replace(/^["']|["']$/g, ''));
    if (verb === 'pull') pulled.push({ at, source: first });
    if (verb === 'tag') {
      tagged.add(first);
      found.push(
        second === undefined
          ? { images: [], unread: [{ ...at, why: 'docker tag without a target' }] }
          : toImage(at, first, second),
      );
    }
  }
  for (const { at, source } of pulled) {
    if (tagged.has(source)) continue;
    found.push({
      images: [],
      unread: [{ ...at, why: whyNoImage(source) ?? 'it is pulled, and tagged nowhere' }],
    });
  }
  return merge(found);
}

const merge = (all: readonly Found[]): Found => ({
  images: all.flatMap(({ images }) => images),
  unread: all.flatMap(({ unread }) => unread),
});
