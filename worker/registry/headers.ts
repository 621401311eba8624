/** Answer headers as undici gives them: lower-case names, an array where a header came more than once. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The header's text; of a repeated one the first. */
export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** A whole number of at most 15 digits, else undefined. */
export function headerNumber(headers: Headers, name: string): number | undefined {
  const text = headerText(headers, name)?.trim();
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** An address the registry wrote, absolute or relative to where the answer came from; undefined where it is none. */
export function resolveAddress(text: string | undefined, from: URL): URL | undefined {
  return text !== undefined && URL.canParse(text, from.href) ? new URL(text, from) : undefined;
}
