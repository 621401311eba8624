/** Undefined: no text, or none that is JSON. It is in no error: it may be half of a secret. */
export function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
