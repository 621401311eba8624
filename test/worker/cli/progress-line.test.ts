import { expect, test } from '@jest/globals';
import { openProgressLine, progressText } from '../../../worker/cli/progress-line.ts';
import { bytes, seconds } from '../../../worker/cli/units.ts';

const half = { doneBytes: 5_000_000, totalBytes: 10_000_000, blobsDone: 1, blobs: 4 };

function line(terminalWidth: number | undefined, quiet = false) {
  let time = 0;
  const written: string[] = [];
  const io = { err: (text: string) => written.push(text), now: () => time, terminalWidth };
  return {
    line: openProgressLine(io, { images: 2, quiet }),
    written,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

test('it says share, bytes, speed, blobs and which images', () => {
  const under = new Map([
    ['r.example/base/nginx:1', half],
    ['r.example/base/redis:7', half],
  ]);
  expect(progressText({ images: 3, done: 1, under, movedBefore: 2_000_000, tookMs: 2_000 })).toBe(
    '1 of 3 images  50 %  10.0 MB of 20.0 MB  6.00 MB/s  2 of 8 blobs  base/nginx:1 and 1 more',
  );
});

test('it is rewritten in place, at most ten times a second, and taken away', () => {
  const { line: shown, written, advance } = line(40);
  shown.update('r.example/n:1', half);
  shown.update('r.example/n:1', half);
  advance(100);
  shown.update('r.example/n:1', half);
  shown.clear();
  shown.clear();
  expect(written.length).toBe(3);
  for (const text of written) expect(text.startsWith('\r\u001B[K')).toBe(true);
  // Never as wide as the terminal: it would wrap and could not be rewritten.
  expect(written[0]?.length).toBe('\r\u001B[K'.length + 39);
});

test.each([
  ['no terminal', undefined, false],
  ['--quiet', 80, true],
])('with %s it is not there', (_what, width, quiet) => {
  const { line: shown, written } = line(width, quiet);
  shown.update('r.example/n:1', half);
  shown.ended('r.example/n:1');
  shown.clear();
  expect(written).toEqual([]);
});

test('sizes and times are short', () => {
  expect([0, 840, 1_234, 27_100_000, 999_600_000, 2_450_000_000].map(bytes)).toEqual([
    '0 B',
    '840 B',
    '1.23 kB',
    '27.1 MB',
    '1.00 GB',
    '2.45 GB',
  ]);
  expect([0, 440, 12_340, 245_000].map(seconds)).toEqual(['0.0 s', '0.4 s', '12.3 s', '4 min 05 s']);
});
