import { errorCode } from '../../core/error-code.ts';
import { BodyTooLarge } from './body.ts';
import { ConnectFailed } from './connect-failed.ts';
import { type ErrorPlace, RegistryError } from './errors.ts';
import { AddressRefused } from './guard.ts';
import { redact } from './redact.ts';

/** No second try mends a certificate or a name that does not exist. */
const FINAL = /^(ENOTFOUND|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS|ERR_SSL|ERR_INVALID|EPROTO)/;
/** A proxy that has answered will not answer otherwise. */
const isFinal = (code: string): boolean => FINAL.test(code) || code === 'PROXY_REFUSED';
const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** undici's parser has a name and does not always have a code. */
const isUnreadable = (error: unknown, code: string): boolean =>
  /^(HPE_|UND_ERR_HEADERS_OVERFLOW|PIPE_PROTOCOL)/.test(code) ||
  (error instanceof Error && error.name === 'HTTPParserError');

/** Docker Hub has sent a 429 whose header lines end in bare line feeds, which no reader takes (docker/hub-feedback#1907). */
const UNREADABLE_WHEN_LIMITING = new Set(['docker.io']);

/** Translates what undici or a socket threw. A RegistryError comes back as it is. */
export function connectionError(error: unknown, place: ErrorPlace): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof AddressRefused) {
    return new RegistryError(
      { ...place, code: 'refused address', detail: redact(error.message), retryable: false },
      error,
    );
  }
  if (error instanceof BodyTooLarge) {
    const facts = { ...place, code: 'too large', detail: error.message, retryable: false } as const;
    return new RegistryError(facts, error);
  }
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  // A connection that did not come about tells in a sentence where to, and at what it failed.
  const words = error instanceof ConnectFailed ? [message] : [code, message].filter((text) => text !== '');
  const detail = redact(words.join(': '));
  if (TIMEOUTS.has(code)) {
    return new RegistryError({ ...place, code: 'timeout', detail, retryable: true }, error);
  }
  if (isUnreadable(error, code)) {
    if (UNREADABLE_WHEN_LIMITING.has(place.host)) {
      const words = `an answer that cannot be read, as it sends them to who asks too much (${detail})`;
      return new RegistryError(
        { ...place, code: 'rate limited', detail: redact(words), retryable: true },
        error,
      );
    }
    return new RegistryError({ ...place, code: 'protocol', detail, retryable: true }, error);
  }
  if (place.operation === 'start upload' && /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(code)) {
    return new RegistryError({ ...place, code: 'upload cut', detail, retryable: true }, error);
  }
  return new RegistryError({ ...place, code: 'unreachable', detail, retryable: !isFinal(code) }, error);
}
