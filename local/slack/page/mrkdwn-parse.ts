/**
 * Slack's mrkdwn as a tree, without any DOM: what is not one of these kinds is text, and text is escaped by whoever
 * renders it. Grammar: https://docs.slack.dev/messaging/formatting-message-text
 */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'user' | 'channel' | 'group'; readonly id: string; readonly label?: string }
  | { readonly kind: 'everyone'; readonly name: 'here' | 'channel' | 'everyone' }
  | {
      readonly kind: 'date';
      readonly seconds: number;
      readonly format: string;
      readonly fallback: string;
      readonly url?: string;
    };

export type MrkdwnBlock =
  | { readonly kind: 'paragraph' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string };

export function parseMrkdwn(source: string): readonly MrkdwnBlock[] {
  const blocks: MrkdwnBlock[] = [];
  let rest = source.replaceAll('\r\n', '\n');
  while (rest !== '') {
    const open = rest.indexOf('```');
    const close = open < 0 ? -1 : rest.indexOf('```', open + 3);
    if (close < 0) {
      blocks.push(...parseLines(rest));
      break;
    }
    blocks.push(...parseLines(rest.slice(0, open).replace(/\n$/, '')));
    blocks.push({ kind: 'pre', text: plainText(rest.slice(open + 3, close).replace(/^\n|\n$/g, '')) });
    rest = rest.slice(close + 3).replace(/^\n/, '');
  }
  return blocks;
}

/** Emphasis never crosses a line, so a line is the unit; neighbours of the same kind become one block. */
function parseLines(source: string): readonly MrkdwnBlock[] {
  if (source === '') return [];
  const blocks: { kind: 'paragraph' | 'quote'; children: Inline[] }[] = [];
  for (const line of source.split('\n')) {
    const quote = /^(?:&gt;|>) ?/.exec(line);
    const kind = quote === null ? 'paragraph' : 'quote';
    const children = parseInline(line.slice(quote?.[0].length ?? 0));
    const last = blocks.at(-1);
    if (last?.kind === kind) last.children.push({ kind: 'text', text: '\n' }, ...children);
    else blocks.push({ kind, children: [...children] });
  }
  return blocks.map(({ kind, children }) => ({ kind, children: joinTexts(children) }));
}

const MARKS: Readonly<Record<string, 'bold' | 'italic' | 'strike'>> = {
  '*': 'bold',
  _: 'italic',
  '~': 'strike',
};

function parseInline(source: string): readonly Inline[] {
  const found: Inline[] = [];
  let at = 0;
  while (at < source.length) {
    const step =
      codeAt(source, at) ?? angleAt(source, at) ?? emphasisAt(source, at) ?? bareLinkAt(source, at);
    if (step === undefined) {
      found.push({ kind: 'text', text: source.charAt(at) });
      at += 1;
    } else {
      found.push(step.node);
      at = step.end;
    }
  }
  // Entities last: a decoded `<` or `*` must not be read as a mark.
  return joinTexts(found).map((node) =>
    node.kind === 'text' ? { kind: 'text', text: plainText(node.text) } : node,
  );
}

type Step = { readonly node: Inline; readonly end: number } | undefined;

function codeAt(source: string, at: number): Step {
  if (source[at] !== '`') return undefined;
  const close = source.indexOf('`', at + 1);
  if (close <= at + 1) return undefined;
  return { node: { kind: 'code', text: plainText(source.slice(at + 1, close)) }, end: close + 1 };
}

function emphasisAt(source: string, at: number): Step {
  const mark = source.charAt(at);
  const kind = MARKS[mark];
  if (kind === undefined || isWord(source[at - 1]) || source[at - 1] === mark) return undefined;
  const next = source[at + 1];
  if (next === undefined || next === mark || /\s/.test(next)) return undefined;
  const close = closingMark(source, at);
  if (close === undefined) return undefined;
  return { node: { kind, children: parseInline(source.slice(at + 1, close)) }, end: close + 1 };
}

/** The mark that ends what `at` opens: not after a space, not before a word; code and `<…>` are passed over whole. */
function closingMark(source: string, at: number): number | undefined {
  const mark = source[at];
  let look = at + 1;
  while (look < source.length) {
    const whole = codeAt(source, look) ?? angleAt(source, look);
    if (whole !== undefined) {
      look = whole.end;
      continue;
    }
    const before = source.charAt(look - 1);
    const after = source[look + 1];
    if (source[look] === mark && !/\s/.test(before) && !isWord(after) && after !== mark) return look;
    look += 1;
  }
  return undefined;
}

/** `<@U1>`, `<#C1|name>`, `<!subteam^S1|@handle>`, `<!date^…>`, `<https://…|label>`; other content stays as it is written. */
function angleAt(source: string, at: number): Step {
  if (source[at] !== '<') return undefined;
  const close = source.indexOf('>', at);
  if (close < 0) return undefined;
  const node = parseAngle(source.slice(at + 1, close));
  return node === undefined ? undefined : { node, end: close + 1 };
}

function parseAngle(inner: string): Inline | undefined {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : plainText(inner.slice(bar + 1));
  const labelled = label === undefined || label === '' ? {} : { label };
  const mention = /^([@#])([A-Z0-9]+)$/.exec(target);
  if (mention?.[2] !== undefined) {
    return { kind: mention[1] === '@' ? 'user' : 'channel', id: mention[2], ...labelled };
  }
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target);
  if (group?.[1] !== undefined) return { kind: 'group', id: group[1], ...labelled };
  if (target === '!here' || target === '!channel' || target === '!everyone') {
    return {
      kind: 'everyone',
      name: target === '!here' ? 'here' : target === '!channel' ? 'channel' : 'everyone',
    };
  }
  if (target.startsWith('!date^')) return parseDate(target, label ?? '');
  const url = plainText(target);
  return isWebUrl(url) ? { kind: 'link', url, label: label || url } : undefined;
}

/** `!date^<seconds>^<format>[^<url>]`, https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
function parseDate(target: string, fallback: string): Inline | undefined {
  const parts = /^!date\^(\d{1,12})\^([^^]+)(?:\^(.+))?$/.exec(target);
  if (parts?.[1] === undefined || parts[2] === undefined) return undefined;
  const url = parts[3] === undefined ? undefined : plainText(parts[3]);
  const linked = url !== undefined && isWebUrl(url) ? { url } : {};
  return { kind: 'date', seconds: Number(parts[1]), format: plainText(parts[2]), fallback, ...linked };
}

function bareLinkAt(source: string, at: number): Step {
  if (isWord(source[at - 1])) return undefined;
  const match = /^https?:\/\/[^\s<>|"`*~]+/.exec(source.slice(at, at + 3000));
  if (match === null) return undefined;
  const written = match[0].replace(/(?:[.,;:!?)\]}'_]|&gt;)+$/, '');
  const url = plainText(written);
  if (!isWebUrl(url)) return undefined;
  return { node: { kind: 'link', url, label: url }, end: at + written.length };
}

function isWebUrl(url: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(url) && URL.canParse(url);
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** The three entities Slack knows, each decoded once: `&amp;lt;` is the text `&lt;`. */
export function plainText(escaped: string): string {
  return escaped.replace(/&(amp|lt|gt);/g, (_whole, name: string) =>
    name === 'amp' ? '&' : name === 'lt' ? '<' : '>',
  );
}

function joinTexts(nodes: readonly Inline[]): readonly Inline[] {
  const joined: Inline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { kind: 'text', text: last.text + node.text };
    else joined.push(node);
  }
  return joined;
}
