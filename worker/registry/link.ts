import type { Headers } from './headers.ts';

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const PARAMETER = String.raw`\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(${QUOTED}|[^\s",;<>]*))?`;
const LINK = String.raw`\s*<([^<>]*)>((?:${PARAMETER})*)\s*(?:,|$)`;

/**
 * Where the next page is: the first link of this relation, absolute or relative, in one or several Link headers (RFC 8288,
 * 3). Undefined where there is none, or where the header cannot be read.
 */
export function nextLink(headers: Headers): string | undefined {
  for (const text of [headers['link'] ?? []].flat()) {
    for (const { target, parameters } of linksIn(text)) {
      const relations = parameters.find(([name]) => name.toLowerCase() === 'rel')?.[1].toLowerCase() ?? '';
      if (relations.split(/\s+/).includes('next')) return target;
    }
  }
  return undefined;
}

interface Link {
  readonly target: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** Up to where the text can be read. */
function* linksIn(text: string): Generator<Link> {
  const link = new RegExp(LINK, 'y');
  for (let found = link.exec(text); found; found = link.lastIndex < text.length ? link.exec(text) : null) {
    const [, target = '', rest = ''] = found;
    const parameters = [...rest.matchAll(new RegExp(PARAMETER, 'g'))];
    yield { target, parameters: parameters.map(([, name = '', value = '']) => [name, unquoted(value)]) };
  }
}

const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
