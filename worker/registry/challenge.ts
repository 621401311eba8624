/** One way to log in that a 401 offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case; the first of a repeated name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A token, then what may follow it: `=value` makes it a parameter, anything else a scheme. */
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Unquoted values are read up to the next separator: registries leave URLs unquoted. */
const BARE = /[^\s,"]*/y;
const TOKEN68_REST = /[A-Za-z0-9\-._~+/]*=*[ \t]*(?=,|$)/y;
const SEPARATORS = /[\s,]*/y;
const SPACES = /[ \t]*/y;

/**
 * WWW-Authenticate to challenges, in their order. Several in one header, one in each of several headers,
 * quoted commas and escapes are all met in the wild. What is not understood is left out.
 */
export function parseChallenges(header: string | readonly string[] | undefined): readonly Challenge[] {
  if (header === undefined) return [];
  return (typeof header === 'string' ? [header] : header).flatMap(parseOne);
}

function parseOne(text: string): readonly Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match ?? undefined;
  };
  while (at < text.length) {
    take(SEPARATORS);
    const name = take(TOKEN)?.[0]?.toLowerCase();
    if (name === undefined) {
      // Not a token: skip to behind the next comma.
      const comma = text.indexOf(',', at);
      if (comma < 0) break;
      at = comma + 1;
      continue;
    }
    const current = found.at(-1);
    if (current && take(EQUALS)) {
      const value = take(QUOTED)?.[1]?.replace(/\\(.)/gs, '$1') ?? take(BARE)?.[0] ?? '';
      if (!current.parameters.has(name)) current.parameters.set(name, value);
      continue;
    }
    found.push({ scheme: name, parameters: new Map() });
    take(SPACES);
    take(TOKEN68_REST);
  }
  return found;
}
