/** Slack looks whether anybody is there (docs.slack.dev/interactivity/implementing-slash-commands, "ssl_check"). */
export function isSslCheck(contentType: string | undefined, bytes: Uint8Array): boolean {
  // It carries a token beside it, and no more: what is longer is not read before it is known who sent it.
  if (!isForm(contentType) || bytes.length > 1_024) return false;
  return new URLSearchParams(Buffer.from(bytes).toString('utf8')).get('ssl_check') === '1';
}

/**
 * A body of Slack's as Bolt wants it: commands are a form, interactions a form with one field of JSON, events JSON.
 * Undefined: none of these.
 */
export function parseSlackBody(
  contentType: string | undefined,
  bytes: Uint8Array,
): Readonly<Record<string, unknown>> | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  if (!isForm(contentType)) return parseObject(text);
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : parseObject(payload);
}

/** Proxies add `; charset=utf-8`, and it is a form all the same. */
const isForm = (contentType: string | undefined): boolean =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
