import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../worker/cli/command-line.ts';

const problemOf = (args: readonly string[]): string => {
  const parsed = parseCommandLine(args);
  if (parsed.ok) throw new Error(`taken: ${args.join(' ')}`);
  return parsed.problem;
};

describe('a command line', () => {
  test('has defaults for all but the images', () => {
    expect(parseCommandLine(['copy', 'nginx', 'host/nginx'])).toEqual({
      ok: true,
      command: {
        kind: 'copy',
        source: 'nginx',
        target: 'host/nginx',
        options: {
          platforms: [],
          json: false,
          quiet: false,
          referrers: true,
          dryRun: false,
          concurrency: 4,
          insecureHosts: [],
          privateHosts: [],
          endpointUrl: undefined,
        },
      },
    });
  });

  test('takes options before and after, and repeated ones', () => {
    const parsed = parseCommandLine(
      [
        '--json list -',
        '--platform linux/amd64 --platform linux/arm64/v8 --platform linux/arm64',
        '--concurrency 8 --insecure-host localhost:5000 --insecure-host [::1]:5000 --private-host r.corp:8443',
        '--endpoint-url http://127.0.0.1:4566 --ca ca.pem --dry-run -q',
      ].flatMap((line) => line.split(' ')),
    );
    expect(parsed).toEqual({
      ok: true,
      command: {
        kind: 'list',
        file: '-',
        options: {
          platforms: [
            { os: 'linux', architecture: 'amd64' },
            { os: 'linux', architecture: 'arm64' },
          ],
          json: true,
          quiet: true,
          referrers: true,
          dryRun: true,
          concurrency: 8,
          insecureHosts: ['localhost:5000', '[::1]:5000'],
          privateHosts: ['r.corp:8443'],
          endpointUrl: 'http://127.0.0.1:4566',
          ca: 'ca.pem',
        },
      },
    });
  });

  test.each([['help'], ['--help'], ['copy', '-h'], ['help', 'copy']])('%s %s is help', (...args) => {
    expect(parseCommandLine(args)).toEqual({ ok: true, command: { kind: 'help' } });
  });

  test.each([
    [[], 'a verb is missing'],
    [['mirror'], 'there is no "mirror mirror"'],
    [['copy', 'nginx'], 'takes a source and a target'],
    [['copy', 'a', 'b', 'c'], 'not also "c"'],
    [['plan'], 'mirror plan SRC DST'],
    [['list'], 'or - for stdin'],
    [['list', 'a', 'b'], 'not also "b"'],
    [['copy', 'a', 'b', '--plattform', 'x'], "Unknown option '--plattform'"],
    [['copy', 'a', 'b', '--platform', 'amd64'], 'not "amd64"'],
    [['copy', 'a', 'b', '--concurrency', '0'], 'from 1 to 64, not "0"'],
    [['copy', 'a', 'b', '--concurrency', 'many'], 'not "many"'],
    [['copy', 'a', 'b', '--insecure-host', 'http://localhost:5000'], 'not "http://localhost:5000"'],
    [['copy', 'a', 'b', '--insecure-host', '*'], 'not "*"'],
    [['copy', 'a', 'b', '--private-host', 'https://r.example'], '--private-host takes a host'],
    [['copy', 'a', 'b', '--endpoint-url', 'localhost:4566'], 'not "localhost:4566"'],
    [['copy', 'a', 'b', '--endpoint-url', 'http://user:secret@x'], '--endpoint-url takes an address'],
  ])('%j is wrong, in one line', (args, line) => {
    expect(problemOf(args)).toContain(line);
    expect(problemOf(args)).not.toContain('\n');
  });
});
