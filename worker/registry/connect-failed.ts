import { errorCode } from '../../core/error-code.ts';
/** What a connection was at when it failed. */
export type ConnectPhase = 'lookup' | 'connect' | 'tls' | 'proxy';

/** A connection that did not come about: where to, and at what. `code` is the system's own. */
export class ConnectFailed extends Error {
  readonly code: string;
  readonly phase: ConnectPhase;
  /** `host:port` */
  readonly place: string;

  constructor(
    facts: { readonly code: string; readonly phase: ConnectPhase; readonly place: string },
    cause: Error,
  ) {
    super(sentence(facts, cause), { cause });
    this.name = 'ConnectFailed';
    this.code = facts.code;
    this.phase = facts.phase;
    this.place = facts.place;
  }
}

/** Tells apart what the system threw. Addresses that a name resolved to stay out of the text. */
export function connectFailed(error: Error, place: string): ConnectFailed {
  const code = errorCode(error);
  return new ConnectFailed({ code, place, phase: phaseOf(error, code) }, error);
}

const LOOKUP = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|EREFUSED|EBADNAME|ENONAME)/;
/** Node's names for what OpenSSL says of a certificate or a handshake (nodejs.org/api/tls.html, "X509 certificate error codes"). */
const TLS =
  /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO)/;

function phaseOf(error: Error, code: string): ConnectPhase {
  if (LOOKUP.test(code)) return 'lookup';
  if (TLS.test(code) || /before secure TLS connection/i.test(error.message)) return 'tls';
  return 'connect';
}

function sentence(
  { code, phase, place }: { readonly code: string; readonly phase: ConnectPhase; readonly place: string },
  cause: Error,
): string {
  const name = place.replace(/:\d+$/, '');
  switch (phase) {
    case 'lookup':
      return code !== 'ENOTFOUND'
        ? `the name ${name} could not be looked up, DNS did not say (${code})`
        : `the name ${name} does not exist (DNS, ${code})`;
    case 'tls':
      return `TLS with ${place} failed (${said(code, cause)})`;
    case 'proxy':
      return cause.message;
    case 'connect':
      return `no connection to ${place} (${code || 'unknown'})`;
    default:
      return phase satisfies never;
  }
}

/** OpenSSL's own lines are long; the last words of the first one say what it is. Node's advice for Node follows a semicolon. */
function said(code: string, { message }: Error): string {
  const [line = ''] = message.split(/\n|; /);
  const words = /:SSL routines:[^:]*:([^:]+):/.exec(line)?.[1] ?? line;
  return words === '' || words === code ? code : `${code}: ${words}`;
}
