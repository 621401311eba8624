/** Text in Slack's mark-up that was escaped on its way in. Only this file makes one. */
export interface Mrkdwn {
  readonly mrkdwn: string;
}
type Part = Mrkdwn | string | number;

/**
 * A template whose every interpolation is escaped: foreign text cannot ping, link or format a mention.
 * What is already Mrkdwn goes in as it is.
 */
export function mrkdwn(strings: TemplateStringsArray, ...parts: readonly Part[]): Mrkdwn {
  const text = strings.reduce((all, string, at) => all + (at > 0 ? render(parts[at - 1]) : '') + string, '');
  return { mrkdwn: text };
}

export const joined = (parts: readonly Mrkdwn[], separator: string): Mrkdwn => ({
  mrkdwn: parts.map((part) => part.mrkdwn).join(separator),
});
export const none: Mrkdwn = { mrkdwn: '' };
export const bold = (text: string): Mrkdwn => ({ mrkdwn: `*${escape(text).replaceAll('*', '∗')}*` });
/** Inline code: backticks and line ends cannot leave it. */
export const code = (text: string): Mrkdwn => ({ mrkdwn: `\`${escape(text.replace(/[`\n\r]/g, ''))}\`` });
export const codeBlock = (text: string): Mrkdwn => ({
  mrkdwn: `\`\`\`${escape(text.replaceAll('`', "'"))}\`\`\``,
});
export const user = (id: string): Mrkdwn => ({
  mrkdwn: /^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : escape(id),
});
export const group = (id: string): Mrkdwn => ({
  mrkdwn: /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : escape(id),
});
/** In each reader's own time zone; the fallback is what old clients and notifications show. */
export function time(at: number): Mrkdwn {
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { mrkdwn: `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${fallback}>` };
}

/**
 * `&`, `<`, `>` as Slack's formatting page asks, once; control, zero-width and direction characters are dropped:
 * they hide or reorder what a reader sees.
 */
export function escape(text: string): string {
  return clean(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function clean(text: string): string {
  return [...text].filter((char) => !isHidden(char.codePointAt(0) ?? 0)).join('');
}

function isHidden(point: number): boolean {
  return (
    (point < 0x20 && point !== 0x0a) ||
    point === 0x7f ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x2069) ||
    point === 0xfeff
  );
}

const render = (part: Part | undefined): string => {
  if (part === undefined) return '';
  return typeof part === 'object' ? part.mrkdwn : escape(String(part));
};
