import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Pixels of 8 bits a channel, row by row, as Chromium's screenshots have them (https://www.w3.org/TR/png/). */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Buffer;
}

/** Text on one colour needs few: with more the file grows and nobody sees a difference. */
const COLOURS = 160;
/** Square of how far apart two colours are that nobody tells apart. */
const ALIKE = 8 ** 2;

/** The same picture with a palette: less than half the size. */
export function smallPng(png: Buffer): Buffer {
  const { bytes, channels, height, width } = decode(png);
  const colourAt = (pixel: number): number => bytes.readUIntBE(pixel * channels, 3);
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = colourAt(pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = chosen([...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour));
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour).at]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel + Math.floor(pixel / width) + 1;
    rows[at] = indexes.get(colourAt(pixel)) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, by palette.
  header.set([8, 3], 8);
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, at) => void colours.writeUIntBE(colour, at * 3, 3));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    png.subarray(0, 8),
    ...[chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))],
  ]);
}

/** The most frequent ones, without those that are almost one of them: rare ones, as of a sign, are there too. */
function chosen(colours: readonly number[]): readonly number[] {
  const palette: number[] = [];
  for (const colour of colours) {
    if (palette.length === COLOURS) break;
    if (palette.length === 0 || nearest(palette, colour).away > ALIKE) palette.push(colour);
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): { readonly at: number; readonly away: number } {
  let best = { at: 0, away: Number.POSITIVE_INFINITY };
  for (const [at, other] of palette.entries()) {
    const red = (other >> 16) - (colour >> 16);
    const green = ((other >> 8) & 255) - ((colour >> 8) & 255);
    const blue = (other & 255) - (colour & 255);
    const away = red ** 2 + green ** 2 + blue ** 2;
    if (away < best.away) best = { at, away };
  }
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function decode(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === 6 ? 4 : 3;
  const row = width * channels;
  const filtered = inflateSync(Buffer.concat(parts));
  const bytes = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const at = y * row + x;
      const left = x < channels ? 0 : (bytes[at - channels] ?? 0);
      const up = y === 0 ? 0 : (bytes[at - row] ?? 0);
      const upLeft = y === 0 || x < channels ? 0 : (bytes[at - row - channels] ?? 0);
      // What the filter of the row took away (https://www.w3.org/TR/png/#9Filters).
      const guess = [0, left, up, (left + up) >> 1][filter] ?? paeth(left, up, upLeft);
      bytes[at] = (filtered[at + y + 1] ?? 0) + guess;
    }
  }
  return { width, height, channels, bytes };
}

function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
  return a <= b && a <= c ? left : b <= c ? up : upLeft;
}
