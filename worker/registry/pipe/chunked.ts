/** What a chunked body (RFC 9112, 7.1) says, as far as it is there; undefined where it is none. */
export interface Chunked {
  readonly bytes: Buffer;
  readonly whole: boolean;
}

const SIZE_LINE_MAX = 64;

export function decodeChunked(raw: Buffer): Chunked | undefined {
  const pieces: Buffer[] = [];
  const sofar = (whole: boolean): Chunked => ({ bytes: Buffer.concat(pieces), whole });
  for (let at = 0; ; ) {
    const end = raw.indexOf('\r\n', at);
    if (end < 0) return raw.length - at > SIZE_LINE_MAX ? undefined : sofar(false);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(raw.toString('latin1', at, end))?.[1];
    if (size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    // Trailers say nothing that is read here.
    if (length === 0) return sofar(true);
    pieces.push(raw.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
    if (at > raw.length) return sofar(false);
  }
}
