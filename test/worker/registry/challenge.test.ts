import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { parseChallenges } from '../../../worker/registry/challenge.ts';

const read = (header: string | string[]): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('challenges as registries write them', () => {
  test.each([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/nginx:pull,push',
          },
        ],
      ],
    ],
    [
      'Amazon ECR',
      'Basic realm="https://1.dkr.ecr.eu-central-1.amazonaws.com/",service="ecr.amazonaws.com"',
      [['basic', { realm: 'https://1.dkr.ecr.eu-central-1.amazonaws.com/', service: 'ecr.amazonaws.com' }]],
    ],
    [
      'two in one header',
      'Basic realm="a, b", Bearer realm="https://r/t",error="invalid_token"',
      [
        ['basic', { realm: 'a, b' }],
        ['bearer', { realm: 'https://r/t', error: 'invalid_token' }],
      ],
    ],
    [
      'a scheme alone',
      'Negotiate, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'a token68',
      'Negotiate oYG2MIGzoAMKAQE=, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['spaces and case', 'BEARER  Realm = "r" , Service=s', [['bearer', { realm: 'r', service: 's' }]]],
    [
      'an unquoted address',
      'Bearer realm=https://r/t,service=s',
      [['bearer', { realm: 'https://r/t', service: 's' }]],
    ],
    ['escapes', String.raw`Basic realm="a\"b\\c"`, [['basic', { realm: 'a"b\\c' }]]],
    ['a repeated name', 'Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
    ['nothing', '', []],
    ['rubbish between', '=, Basic realm="x"', [['basic', { realm: 'x' }]]],
  ])('reads %s', (_name, header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  test('reads several headers one after the other', () => {
    expect(read(['Negotiate', 'Basic realm="x"'])).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ]);
  });
});

describe('any header', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const value = fc.string({ maxLength: 20 });
  const challenge = fc.tuple(
    name,
    fc.uniqueArray(fc.tuple(name, value), { minLength: 1, selector: ([n]) => n }),
  );
  const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

  test('comes back as it was written, in any number and with any quoted text', () => {
    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const header = challenges
          .map(([scheme, pairs]) => `${scheme} ${pairs.map(([n, v]) => `${n}=${quote(v)}`).join(',')}`)
          .join(', ');
        expect(parseChallenges(header).map(({ scheme, parameters }) => [scheme, [...parameters]])).toEqual(
          challenges,
        );
      }),
    );
  });

  test('is read without an error and in time, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        parseChallenges(text);
      }),
    );
    const long = `Bearer ${'realm="'.repeat(10_000)}`;
    const started = process.hrtime.bigint();
    parseChallenges(long);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1_000);
  });
});
