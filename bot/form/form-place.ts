/** Where a form was opened from: there its answer is told, and there the card goes. Kept in private_metadata. */
export interface FormPlace {
  /** Absent: it was opened from no conversation (global shortcut, Home). */
  readonly channel?: string;
  /** ts of the thread's first message. */
  readonly thread?: string;
}

/** What comes back from Slack is what we gave it; anything else counts as no place. */
export function parseFormPlace(text: string): FormPlace {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return {};
  const channel = 'channel' in value ? value.channel : undefined;
  const thread = 'thread' in value ? value.thread : undefined;
  if (typeof channel !== 'string' || !/^[CGD][A-Z0-9]{2,}$/.test(channel)) return {};
  return { channel, ...(typeof thread === 'string' && /^\d+\.\d+$/.test(thread) && { thread }) };
}

export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
