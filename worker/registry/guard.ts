import ipaddr from 'ipaddr.js';
import { hostPort, type RegistryEndpoint } from './endpoint.ts';

/** An address or a web address that no request may go to. */
export class AddressRefused extends Error {
  readonly code = 'address refused';
  constructor(what: string) {
    super(what);
    this.name = 'AddressRefused';
  }
}

/** The parts of 2000::/3 are the only IPv6 unicast space IANA has given out. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by number, but answered by the cloud's own host: Azure's WireServer (learn.microsoft.com, "IP 168.63.129.16"). */
const PUBLIC_LOOKING = new Set(['168.63.129.16']);

/**
 * Whether an address literal belongs to the public internet. IPv6 needs both tests: ipaddr.js calls
 * `::7f00:1` (IPv4-compatible loopback) unicast, and 6to4, Teredo and documentation lie inside 2000::/3.
 * What cannot be parsed is not public.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) {
    return address.range() === 'unicast' && !PUBLIC_LOOKING.has(address.toString());
  }
  return address.match(GLOBAL_UNICAST_V6) && address.range() === 'unicast';
}

/**
 * What can be judged before a name is resolved: HTTPS on 443 or the registry's own origin, plain HTTP only
 * where the configuration lists that host and port, never a user name in the address. Throws AddressRefused.
 */
export function checkUrl(url: URL, endpoint: RegistryEndpoint): void {
  const place = hostPort(url);
  if (url.username !== '' || url.password !== '') {
    throw new AddressRefused(`${place}: an address with a user name in it`);
  }
  const listed = endpoint.listed.has(place);
  if (url.protocol === 'http:' && endpoint.plainHttp && listed) return;
  if (url.protocol !== 'https:') {
    throw new AddressRefused(`${url.protocol}//${place}: only https is allowed here`);
  }
  const own = url.origin === endpoint.origin;
  if (place.endsWith(':443') || listed || own) return;
  throw new AddressRefused(`${place}: a port that the configuration does not list`);
}
