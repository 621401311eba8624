/**
 * What was said to the app: `<@U01MIRROR> mirror nginx:1.21` is `nginx:1.21`, as is `@mirror please mirror nginx:1.21`.
 * The app's own name is taken away wherever it stands, other people stay.
 */
export function mentionText(text: string, botUser: string | undefined): string {
  const own =
    botUser === undefined
      ? /^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/
      : new RegExp(`<@${botUser}(?:\\|[^>]*)?>`, 'g');
  return text
    .replace(own, ' ')
    .trim()
    .replace(/^[:,–-]\s*/, '')
    .replace(/^(?:please\s+)?\/?mirror(?:\s+|$)/i, '')
    .trim();
}
