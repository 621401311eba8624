import { app } from '../workspace/seeds.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * A message's text as Slack stores it: escaped, people by their ids, addresses as links.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function storedText(workspace: Workspace, typed: string): string {
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split(/(\s+|`[^`]*`)/)
    .map((word) => (word.startsWith('`') ? word : linked(mentioned(workspace, word))))
    .join('');
}

/** `@mirror` and `@bob`. */
function mentioned(workspace: Workspace, word: string): string {
  const [, name, rest = ''] = /^@([a-z0-9._-]+?)([.,:;!?]*)$/i.exec(word) ?? [];
  if (name === undefined) return word;
  if (name === app.name) return `<@${app.user}>${rest}`;
  const person = [...workspace.people.values()].find((known) => known.name === name && !known.deleted);
  return person ? `<@${person.id}>${rest}` : word;
}

/** Slack's client makes links of addresses, and of what looks like a host. */
function linked(word: string): string {
  if (/^https?:\/\/\S+$/.test(word)) return `<${word}>`;
  return /^(?:[a-z0-9-]+\.)+(?:io|com|org|net|dev|aws)(?:[/:]\S*)?$/i.test(word)
    ? `<http://${word}|${word}>`
    : word;
}

export const mentionsApp = (text: string): boolean => text.includes(`<@${app.user}>`);
