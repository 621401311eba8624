import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type OnReadOpts } from 'node:net';
import { buildConnector } from 'undici';
import { AddressRefused, isPublicAddress } from './guard.ts';

export interface ConnectorOptions {
  /** `host:port` that may be private, exactly as written. */
  readonly listed: ReadonlySet<string>;
  readonly connectMs: number;
  /** The system's resolver unless a test brings its own. */
  readonly lookup?: LookupFunction | undefined;
  /** Certificates (PEM) that are believed instead of the system's, for a registry of one's own. */
  readonly ca?: string | undefined;
  /** Where a connection puts what it reads; without it Node's streams do that. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * Connections to public addresses only. Judged three times, because each alone was beaten when tried:
 * an address literal never reaches a lookup, a name can resolve differently the second time (so the checked
 * answer is what is connected to), and the peer is asked once more after connecting.
 * HTTP/2 is off, so that one connection belongs to one host.
 */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const { listed, connectMs, ca, onread, lookup = systemLookup } = options;
  const base = { allowH2: false, timeout: connectMs, ...(ca && { ca }), ...(onread && { onread }) };
  const open = buildConnector({ ...base, lookup });
  const guarded = buildConnector({ ...base, lookup: publicOnly(lookup) });
  return (to, callback) => {
    const host = to.hostname.replace(/^\[|\]$/g, '');
    const port = to.port || (to.protocol === 'http:' ? '80' : '443');
    const name = isIP(host) === 6 ? `[${host}]` : host;
    if (listed.has(`${name}:${port}`)) return open(to, callback);
    if (isIP(host) !== 0 && !isPublicAddress(host)) return callback(refused(host, port), null);
    return guarded(to, (...result) => {
      const [error, socket] = result;
      if (error) return callback(error, null);
      const peer = socket.remoteAddress ?? '';
      if (isPublicAddress(peer)) return callback(null, socket);
      socket.destroy();
      return callback(refused(host, port), null);
    });
  };
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) return callback(error, []);
      const answers: LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      // One private answer among public ones is enough: which of them is connected to is not ours to choose.
      const hidden = answers.find(({ address }) => !isPublicAddress(address));
      const first = answers[0];
      if (hidden || !first) return callback(refused(hostname), []);
      if (options.all) return callback(null, answers);
      return callback(null, first.address, first.family);
    });
  };
}

/** The address it resolved to stays out of the text: a refusal must not map somebody's inner network. */
function refused(host: string, port?: string): AddressRefused {
  return new AddressRefused(`${host}${port ? `:${port}` : ''} is not a public address`);
}
