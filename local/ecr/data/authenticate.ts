import type { IncomingMessage } from 'node:http';
import { type Answer, answer } from '../answer.ts';
import type { EcrWorld } from '../world.ts';
import { refuse } from './refuse.ts';

export type Authentication =
  | { readonly kind: 'known'; readonly principal: string }
  | { readonly kind: 'refused'; readonly answer: Answer };

/**
 * Basic with user AWS, on every request (ECR user guide, "Using an authorization token").
 * Nothing at all is a 401 with a challenge; an expired token is a 403, not a 401.
 */
export function authenticate(world: EcrWorld, request: IncomingMessage): Authentication {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return { kind: 'refused', answer: challenge(request) };
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (text.slice(0, colon) !== 'AWS') return { kind: 'refused', answer: challenge(request) };
  const check = world.tokens.check(text.slice(colon + 1));
  switch (check.kind) {
    case 'valid':
      return { kind: 'known', principal: check.principal };
    case 'expired':
      return denied('Your authorization token has expired. Reauthenticate and try again.');
    case 'otherRegion':
      return denied('The authorization token is not valid for this registry. Reauthenticate and try again.');
    case 'unknown':
      return { kind: 'refused', answer: challenge(request) };
    default:
      return check satisfies never;
  }
}

const denied = (message: string): Authentication => ({
  kind: 'refused',
  answer: refuse(403, 'DENIED', message),
});

/** The exact header, as in the trace of regclient/regclient#709: `https` also where a proxy speaks HTTP. */
function challenge(request: IncomingMessage): Answer {
  const headers = {
    'www-authenticate': `Basic realm="https://${request.headers.host}/",service="ecr.amazonaws.com"`,
    'content-type': 'text/plain; charset=utf-8',
  };
  return answer(401, headers, 'Not Authorized\n');
}
