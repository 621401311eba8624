import { createHmac } from 'node:crypto';
import type { JsonObject } from '../json-object.ts';
import type { EnvelopeType } from '../socket/socket-mode.ts';

/** One request as Slack sends it: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export interface SignedPost {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signer {
  readonly signingSecret: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Events come as JSON, a command as a form, everything else as a form with one field of JSON. */
export function signedPost(
  { signingSecret, now }: Signer,
  type: EnvelopeType,
  payload: JsonObject,
): SignedPost {
  const { body, contentType } = encode(type, payload);
  const timestamp = String(Math.floor(now() / 1_000));
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hash}`,
    },
    body,
  };
}

const FORM = 'application/x-www-form-urlencoded';

function encode(
  type: EnvelopeType,
  payload: JsonObject,
): { readonly body: string; readonly contentType: string } {
  switch (type) {
    case 'events_api':
      return { body: JSON.stringify(payload), contentType: 'application/json' };
    case 'slash_commands': {
      const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
      return { body: new URLSearchParams(fields).toString(), contentType: FORM };
    }
    case 'interactive':
      return {
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
        contentType: FORM,
      };
    default:
      return type satisfies never;
  }
}
