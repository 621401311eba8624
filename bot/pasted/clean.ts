/**
 * What Slack, word processors and chat clients put in place of what was typed, taken back: hidden characters, no-break
 * spaces, smart quotes and dashes, entities, links, quote marks before lines, code fences. Line ends stay.
 */
export const cleanPasted = (text: string): string => cleanLines(text).trim();

/** The same with empty lines before and behind, so that lines keep their numbers. */
export function cleanLines(text: string): string {
  return unlinked(
    text
      .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
      .replace(/\r\n?|\u2028|\u2029/g, '\n')
      .replace(/[^\S\n]/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replace(/[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g, '"')
      .replace(/[\u2018\u2019\u201a\u201b]/g, "'")
      // Phones make one long dash of two short ones: before a word that can only have been an option.
      .replace(/(^|\s)[\u2013\u2014\u2015](?=[a-z])/gi, '$1--')
      .replace(/[\u2010-\u2015\u2212]/g, '-'),
  )
    .replace(/^ *(?:> ?)+/gm, '')
    .replace(/^ *```[a-z]*$/gim, '')
    .replaceAll('```', '')
    .replace(/ *\\\n */g, ' ');
}

/**
 * `<http://docker.io|docker.io>/library/nginx`, `<https://hub.docker.com/_/nginx>`: Slack links what looks like an
 * address (docs.slack.dev/messaging/formatting-message-text). What stands there to be read is what was typed.
 */
function unlinked(text: string): string {
  return text
    .replace(/<([a-z]+:\/\/[^|>\s]*|mailto:[^|>\s]*)\|([^>]*)>/gi, (_, address: string, label: string) =>
      /\s/.test(label.trim()) ? address : label.trim(),
    )
    .replace(/<([a-z]+:\/\/[^>\s]*)>/gi, '$1');
}
