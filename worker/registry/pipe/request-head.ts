import type { Exchange } from '../carrier.ts';

/** A request's head. Throws a TypeError where a value would become a line of its own. */
export function requestHead({ method, url, headers }: Exchange, bodyBytes?: number): string {
  const length = bodyBytes === undefined ? {} : { 'content-length': String(bodyBytes) };
  const lines = Object.entries({ host: url.host, ...headers, ...length }).map(([name, value]) => {
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new TypeError(`not a header value: ${name}`);
    return `${name}: ${value}`;
  });
  return [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
