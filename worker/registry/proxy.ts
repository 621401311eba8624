import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { portOf } from './endpoint.ts';

/** Where a connection shall go. */
export interface Destination {
  readonly protocol: string;
  /** Without brackets. */
  readonly host: string;
  readonly port: string;
}

export function destinationOf(url: URL): Destination {
  return { protocol: url.protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url) };
}

/** The proxy for a connection; undefined is none. */
export type ProxyOf = (to: Destination) => URL | undefined;

/** A proxy variable that cannot be used; names the variable and never shows what it holds: it may hold a password. */
export class ProxyProblem extends Error {
  readonly code = 'proxy problem';
  constructor(variable: string, why: string) {
    super(`${variable} ${why}`);
    this.name = 'ProxyProblem';
  }
}

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, the lower-case spelling first, as Docker's own tools read them
 * (golang.org/x/net/http/httpproxy): a name in NO_PROXY stands for itself and what is below it, with a dot before it
 * only for what is below; `host:port`, addresses, CIDR blocks and `*` are known too. The machine itself is never
 * reached through a proxy. Throws ProxyProblem on a proxy that is no http or https address.
 */
export function environmentProxy(env: Readonly<Record<string, string | undefined>>): ProxyOf {
  const proxies = { 'https:': proxyIn(env, 'https_proxy'), 'http:': proxyIn(env, 'http_proxy') };
  const exceptions = (env['no_proxy'] || env['NO_PROXY'] || '')
    .split(/[\s,]+/)
    .filter((text) => text !== '')
    .map((text) => exception(text.toLowerCase()));
  return (to) => {
    const proxy = to.protocol === 'http:' ? proxies['http:'] : proxies['https:'];
    if (!proxy || isThisMachine(to.host)) return undefined;
    return exceptions.some((matches) => matches(to)) ? undefined : proxy;
  };
}

function proxyIn(env: Readonly<Record<string, string | undefined>>, name: string): URL | undefined {
  const variable = env[name] ? name : name.toUpperCase();
  const text = env[variable]?.trim();
  if (!text) return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(address)) throw new ProxyProblem(variable, 'is no web address');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ProxyProblem(
      variable,
      'is not the address of an HTTP proxy: only http:// and https:// are known',
    );
  }
  return url;
}

type Exception = (to: Destination) => boolean;

function exception(text: string): Exception {
  if (text === '*') return () => true;
  if (text.includes('/')) return inBlock(text);
  const [, bracketed, plain = '', port] =
    /^(?:\[([^\]]*)\]|([^:]*|[^:]*:.*:.*?))(?::([0-9]+))?$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  if (isIP(name) !== 0) return (to) => onPort(to, port) && sameAddress(to.host, name);
  const below = name.replace(/^\*?\.|^\*/, '');
  const itself = !/^[*.]/.test(name);
  if (below === '') return () => false;
  return (to) => {
    const host = to.host.toLowerCase().replace(/\.$/, '');
    return onPort(to, port) && ((itself && host === below) || host.endsWith(`.${below}`));
  };
}

function inBlock(text: string): Exception {
  if (!ipaddr.isValidCIDR(text)) return () => false;
  const [network, bits] = ipaddr.parseCIDR(text);
  return ({ host }) => {
    if (isIP(host) === 0) return false;
    const address = ipaddr.process(host);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}

const onPort = (to: Destination, port: string | undefined): boolean => port === undefined || to.port === port;

function sameAddress(host: string, address: string): boolean {
  if (isIP(host) === 0) return false;
  return ipaddr.process(host).toNormalizedString() === ipaddr.process(address).toNormalizedString();
}

function isThisMachine(host: string): boolean {
  if (isIP(host) === 0) return /^(?:.+\.)?localhost\.?$/i.test(host);
  return ipaddr.process(host).range() === 'loopback';
}
