import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';

const ECR = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

test.each(['base-images/nginx', 'ab', '0/1', 'a.b_c-d/e', 'r'.repeat(256)])('%s is taken', (text) => {
  expect(parseEcrRepositoryName(text)).toEqual({ ok: true, name: text });
});

describe('what is refused, where, and what was probably meant', () => {
  const cases: (readonly [text: string, at: number, message: RegExp, suggestion?: string])[] = [
    ['', 0, /2 to 256/],
    ['a', 0, /2 to 256/],
    ['r'.repeat(257), 256, /2 to 256/],
    ['Base-Images/nginx', 0, /capital/, 'base-images/nginx'],
    ['base-images/Nginx', 12, /capital/, 'base-images/nginx'],
    ['base images/Nginx', 4, /" " is not allowed/, 'base-images/nginx'],
    ['base/nginx:1.21', 10, /":" is not allowed/, 'base/nginx-1.21'],
    ['base/ngínx', 7, /"í" is not allowed/, 'base/ng-nx'],
    ['n👍x', 1, /"👍" is not allowed/, 'n-x'],
    ['a__b', 1, /stand alone/, 'a-b'],
    ['a--b', 1, /stand alone/, 'a-b'],
    ['a._b', 1, /stand alone/, 'a-b'],
    ['/nginx', 0, /stand alone/, 'nginx'],
    ['nginx/', 5, /stand alone/, 'nginx'],
    ['base//nginx', 4, /stand alone/, 'base/nginx'],
    ['base/-nginx', 4, /stand alone/, 'base/nginx'],
    ['base-/nginx', 4, /stand alone/, 'base/nginx'],
    ['base/../nginx', 4, /stand alone/, 'base/nginx'],
    ['--', 0, /stand alone/],
  ];
  // Jest hands a callback to rows shorter than the function, so each gets its full length.
  test.each(cases.map(([text, at, message, suggestion]) => [text, at, message, suggestion] as const))(
    '%j',
    (text, at, message, suggestion) => {
      const result = parseEcrRepositoryName(text);
      if (result.ok) throw new Error('taken');
      expect(result.problem.at).toBe(at);
      expect(result.problem.message).toMatch(message);
      expect(result.problem.suggestion).toBe(suggestion);
    },
  );
});

test('any text is answered; a name fits the pattern of ECR, a suggestion is a name', () => {
  const near = fc.array(fc.constantFrom('a', 'Z', '0', '.', '_', '-', '/', ' ', 'é'), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        near.map((each) => each.join('')),
      ),
      (text) => {
        const result = parseEcrRepositoryName(text);
        const name = result.ok ? result.name : result.problem.suggestion;
        if (name !== undefined) expect(name.length > 1 && name.length < 257 && ECR.test(name)).toBe(true);
        if (result.ok) return;
        expect(parseEcrRepositoryName(text).ok).toBe(false);
        expect(result.problem.at).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 5000 },
  );
});

test.each(['a-', 'A', '/', '__', 'a/-', ' '])('a hundred thousand %j are answered quickly', (piece) => {
  const before = performance.now();
  expect(parseEcrRepositoryName(piece.repeat(100_000)).ok).toBe(false);
  expect(performance.now() - before).toBeLessThan(500);
});
