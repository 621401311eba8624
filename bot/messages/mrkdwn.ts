import { clamp } from './limits.ts';

/** Text in Slack's mark-up that was escaped on its way in. Only this file makes one. */
export interface Mrkdwn {
  readonly mrkdwn: string;
}
type Part = Mrkdwn | string | number;

/** Foreign text inside a line of ours: the longest thing said there is an image's name with its digest. */
const FOREIGN_MAX = 500;
const FOREIGN_CODE_MAX = 1_000;
const CODE_BLOCK_MAX = 2_800;

/**
 * A template whose every interpolation is escaped and kept on one line: foreign text cannot ping, link, open code or
 * fill the message. What is already Mrkdwn goes in as it is.
 */
export function mrkdwn(strings: TemplateStringsArray, ...parts: readonly Part[]): Mrkdwn {
  const text = strings.reduce((all, string, at) => all + (at > 0 ? render(parts[at - 1]) : '') + string, '');
  return { mrkdwn: text };
}

export const joined = (parts: readonly Mrkdwn[], separator: string): Mrkdwn => ({
  mrkdwn: parts.map((part) => part.mrkdwn).join(separator),
});
export const bold = (text: string): Mrkdwn => ({ mrkdwn: `*${foreign(text).replaceAll('*', '∗')}*` });
/** Inline code: backticks and line ends cannot leave it. */
export const code = (text: string): Mrkdwn => ({
  mrkdwn: `\`${clamp(escapeText(oneLine(text).replaceAll('`', '')), FOREIGN_CODE_MAX) || ' '}\``,
});
/** Cut inside, so that the block is always closed. Its own line ends stay. */
export const codeBlock = (text: string): Mrkdwn => ({
  mrkdwn: `\`\`\`${clamp(escapeText(text.replaceAll('`', "'")), CODE_BLOCK_MAX) || ' '}\`\`\``,
});
export const user = (id: string): Mrkdwn => ({
  mrkdwn: /^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : foreign(id),
});
export const group = (id: string): Mrkdwn => ({
  mrkdwn: /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : foreign(id),
});
export const channel = (id: string): Mrkdwn => ({
  mrkdwn: /^[CG][A-Z0-9]+$/.test(id) ? `<#${id}>` : foreign(id),
});
/** A link of our own making, to a message of this workspace; nothing foreign ever becomes an address. */
export function link(url: string | undefined, label: string): Mrkdwn {
  const safe = url !== undefined && /^https?:\/\/[^\s<>|]+$/.test(url);
  return { mrkdwn: safe ? `<${url}|${foreign(label)}>` : foreign(label) };
}
/** Of a text that may have several lines. */
export const firstLine = ({ mrkdwn: text }: Mrkdwn): Mrkdwn => ({ mrkdwn: text.split('\n')[0] ?? '' });

/** In each reader's own time zone; the fallback is what old clients and notifications show. */
export function time(at: number): Mrkdwn {
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { mrkdwn: `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${fallback}>` };
}

/**
 * `&`, `<`, `>` as Slack's formatting page asks, once; control, zero-width and direction characters are dropped:
 * they hide or reorder what a reader sees.
 */
export function escapeText(text: string): string {
  return clean(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Line ends and runs of blanks become one blank: a name never makes a line of its own. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

const foreign = (text: string): string => clamp(escapeText(oneLine(text).replaceAll('`', "'")), FOREIGN_MAX);

export const clean = (text: string): string => text.replace(HIDDEN, '');

/** Control characters but the line end, zero-width ones, and those that turn the direction of reading. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const render = (part: Part | undefined): string => {
  if (part === undefined) return '';
  return typeof part === 'object' ? part.mrkdwn : foreign(String(part));
};
