const DETAIL_MAX = 300;

/** Names of fields and parameters that hold secrets, wherever a registry, a proxy or a storage host repeats them. */
const SECRET_NAME =
  '(?:[a-z0-9-]*[_-])?(?:token|password|passwd|pwd|secret|signature|sig|credential|authorization|cookie|_?state)';
const NAMED = new RegExp(`\\b(${SECRET_NAME})("?\\s*[:=]\\s*"?)(?!…)[^\\s"',;&<>)]+`, 'gi');

/**
 * A registry's words, safe for a log and a thread: one line, capped, without control characters,
 * the queries of signed addresses, tokens and passwords in addresses, in headers and in named fields.
 */
export function redact(text: string): string {
  const line = text
    .slice(0, 4 * DETAIL_MAX)
    .replace(/<[^<>]{1,200}>/g, ' ')
    // Unicode "other": control and format characters, which can turn text around or hide it.
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"']+@/gi, '$1')
    .replace(/(\/[^\s?"'<>]*)\?[^\s"'<>)]*/g, '$1?…')
    .replace(/\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{6,}/gi, '$1 …')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g, '…')
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '…')
    .replace(NAMED, '$1$2…')
    .trim();
  return line.length <= DETAIL_MAX ? line : `${line.slice(0, DETAIL_MAX - 1)}…`;
}
