import * as v from 'valibot';
import { readJson } from '../json.ts';

/** What the secret of the bot holds, as JSON: `{"botToken": "xoxb-…", "signingSecret": "…"}`. */
export interface SlackSecret {
  readonly botToken: string;
  readonly signingSecret: string;
}

const shape = v.object({
  botToken: v.pipe(v.string(), v.regex(/^xoxb-(?!placeholder)[A-Za-z0-9-]+$/)),
  signingSecret: v.pipe(v.string(), v.regex(/^(?!placeholder)[\x21-\x7e]{8,}$/)),
});

/** Undefined: nothing was stored, or a placeholder. The text is in no error: it may hold half of a secret. */
export function parseSlackSecret(text: string | undefined): SlackSecret | undefined {
  const parsed = v.safeParse(shape, readJson(text));
  return parsed.success ? parsed.output : undefined;
}

export const formatSlackSecret = ({ botToken, signingSecret }: SlackSecret): string =>
  JSON.stringify({ botToken, signingSecret } satisfies SlackSecret);
