import { describe, expect, test } from '@jest/globals';
import { parseFlags } from '../../local/flags.ts';

describe('the options of npm run local', () => {
  test('without any, everything is kept in .data of the checkout and the sample Docker Hub is used', () => {
    expect(parseFlags([], '/checkout')).toEqual({
      ok: true,
      flags: { port: undefined, dataDir: '/checkout/.data', upstream: 'sample', json: false, help: false },
    });
  });

  test('port 0, a folder, the real registries and JSON are understood', () => {
    const parsed = parseFlags(
      ['--port', '0', '--data', '/tmp/x', '--upstream', 'real', '--json'],
      '/checkout',
    );
    expect(parsed).toMatchObject({ flags: { port: 0, dataDir: '/tmp/x', upstream: 'real', json: true } });
  });

  test('an address stands in for Docker Hub', () => {
    const parsed = parseFlags(['--upstream', 'http://127.0.0.1:5000'], '/checkout');
    expect(parsed).toMatchObject({ flags: { upstream: new URL('http://127.0.0.1:5000') } });
  });

  test.each([
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'abc'], '--port takes a number from 0 to 65535, not abc'],
    [['--port', '65536'], '--port takes a number from 0 to 65535, not 65536'],
    [
      ['--upstream', 'ftp://x'],
      '--upstream takes "real" or an address like http://127.0.0.1:5000, not ftp://x',
    ],
    [['--data', ''], '--data takes a folder'],
    [['extra'], "Unexpected argument 'extra'"],
  ])('%j is refused in one line', (args, problem) => {
    expect(parseFlags(args, '/checkout')).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});
