import type { WebClient } from '@slack/web-api';

/** A file that somebody put into a dialog (docs.slack.dev/reference/objects/file-object). */
export interface SlackFile {
  readonly name?: string | null;
  readonly size?: number;
  readonly url_private?: string;
}

export type FileRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too large' | 'no text' | 'not allowed' | 'no answer' };

/** Lists are short; a whole disk is not read for one. */
export const FILE_MAX_BYTES = 200_000;
/** Inside of Slack's 3 s, with what comes after it. */
const TIMEOUT_MS = 800;
/** Where files of Slack lie; a stand-in has them beside its Web API. The bot token goes nowhere else. */
const FILES = 'https://files.slack.com';

/**
 * A small text file, with the bot token as docs.slack.dev/reference/objects/file-object asks ("url_private"). Slack answers
 * a token without the scope files:read with a page to sign in, and status 200.
 */
export async function readSlackFile(
  { slackApiUrl, token }: Pick<WebClient, 'slackApiUrl' | 'token'>,
  { size, url_private }: SlackFile,
): Promise<FileRead> {
  const url = url_private === undefined ? undefined : parseUrl(url_private);
  const api = new URL(slackApiUrl);
  const isOurs = url && [api.origin, FILES].includes(url.origin);
  if (!isOurs || token === undefined) return { kind: 'not allowed' };
  if ((size ?? 0) > FILE_MAX_BYTES) return { kind: 'too large' };
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      // Not followed: another host would get the token.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status >= 500) return { kind: 'no answer' };
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || type.startsWith('text/html')) return { kind: 'not allowed' };
    const bytes = await readAtMost(response, FILE_MAX_BYTES);
    if (bytes === undefined) return { kind: 'too large' };
    return bytes.includes(0) ? { kind: 'no text' } : { kind: 'text', text: bytes.toString('utf8') };
  } catch {
    return { kind: 'no answer' };
  }
}

async function readAtMost({ body }: Response, max: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > max) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
