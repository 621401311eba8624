import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { nextLink } from '../../../worker/registry/link.ts';
import { rateLimitOf, retryAtOf } from '../../../worker/registry/rate-limit.ts';
import { refusalError, wantsLogin } from '../../../worker/registry/refusal.ts';
import { CLOCK_START } from './test-registry.ts';

const DAY_MS = 86_400_000;
const now = CLOCK_START;
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.stringMatching(/^[0-9 ;,=w<>"a-z.:-]{0,40}$/),
);

describe('Retry-After', () => {
  test('whatever it is, the time is none or within the next day', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const at = retryAtOf({ 'retry-after': text }, now);
        expect(at === undefined || (at > now && at <= now + DAY_MS)).toBe(true);
      }),
    );
  });

  test('in seconds up to a day is exactly that many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), fc.constantFrom('', ' ', '\t'), (seconds, space) => {
        expect(retryAtOf({ 'retry-after': `${space}${seconds}${space}` }, now)).toBe(now + seconds * 1_000);
      }),
    );
  });

  test('as a date or as seconds since 1970 is that second, where it is still to come', () => {
    fc.assert(
      fc.property(fc.integer({ min: -DAY_MS, max: DAY_MS }), (inMs) => {
        const second = Math.floor((now + inMs) / 1_000) * 1_000;
        const expected = second > now ? second : undefined;
        const date = new Date(second);
        const [, month, day, year] = /^\w+, (\d+) (\w+) (\d+)/.exec(date.toUTCString()) ?? [];
        expect(month).toBeDefined();
        expect(retryAtOf({ 'retry-after': date.toUTCString() }, now)).toBe(expected);
        expect(retryAtOf({ 'retry-after': String(second / 1_000) }, now)).toBe(expected);
        const time = date.toISOString().slice(11, 19);
        const oldest = `Mon ${day} ${(month ?? '').padStart(2)} ${time} ${year}`;
        expect(retryAtOf({ 'retry-after': oldest }, now)).toBe(expected);
      }),
    );
  });

  test('comes before a reset time, which counts where it says nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80_000 }), fc.integer({ min: 1, max: 80_000 }), (one, two) => {
        const reset = { 'ratelimit-reset': String(two) };
        expect(retryAtOf({ ...reset, 'retry-after': String(one) }, now)).toBe(now + one * 1_000);
        expect(retryAtOf(reset, now)).toBe(now + two * 1_000);
        const epoch = { 'x-ratelimit-reset': String(now / 1_000 + two) };
        expect(retryAtOf(epoch, now)).toBe(now + two * 1_000);
      }),
    );
  });
});

describe('the headers of a limit', () => {
  const count = fc.nat({ max: 1_000_000 });
  test('are read as Docker Hub writes them, window and spaces or not', () => {
    fc.assert(
      fc.property(count, count, fc.option(fc.integer({ min: 1, max: 1_000_000 })), (limit, left, window) => {
        const tail = window === null ? '' : `; w=${window}`;
        const headers = {
          'ratelimit-limit': `${limit}${tail}`,
          'ratelimit-remaining': ` ${left}${tail.replace(' ', '')}`,
          'docker-ratelimit-source': '192.0.2.7',
        };
        expect(rateLimitOf('docker.io', headers, now)).toEqual({
          host: 'docker.io',
          limit,
          remaining: left,
          source: '192.0.2.7',
          ...(window !== null && { windowSeconds: window }),
        });
      }),
    );
  });

  test('whatever they are, what is told is whole numbers or nothing, and nothing is thrown', () => {
    fc.assert(
      fc.property(anything, anything, anything, (limit, remaining, source) => {
        const headers = {
          'ratelimit-limit': limit,
          'ratelimit-remaining': [remaining, limit],
          'docker-ratelimit-source': source,
        };
        const told = rateLimitOf('docker.io', headers, now);
        for (const number of [told?.limit, told?.remaining, told?.windowSeconds]) {
          expect(number === undefined || (Number.isSafeInteger(number) && number >= 0)).toBe(true);
        }
        expect((told?.source ?? '').length).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('a Link header', () => {
  const target = fc
    .webUrl({ withQueryParameters: true, withFragments: false })
    .filter((url) => !/[<>]/.test(url));
  const quoted = fc.stringMatching(/^[A-Za-z0-9 ,;<>=.-]{0,20}$/).map((text) => `"${text}"`);
  const parameter = fc
    .tuple(fc.constantFrom('title', 'type', 'anchor', 'x-rel'), quoted)
    .map((pair) => pair.join('='));
  const other = fc
    .tuple(
      target,
      fc.array(parameter, { maxLength: 3 }),
      fc.constantFrom('prev', 'last', 'nextish', 'not-next'),
    )
    .map(([url, parameters, rel]) => [`<${url}>`, ...parameters, `rel="${rel}"`].join('; '));
  const next = fc
    .tuple(
      target,
      fc.array(parameter, { maxLength: 3 }),
      fc.constantFrom('rel=next', 'REL="next"', 'rel="last next"'),
    )
    .map(([url, parameters, rel]) => ({ url, text: [`<${url}>`, ...parameters, rel].join(';') }));

  test('gives the first link to the next page, in one header or several, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(other, { maxLength: 3 }),
        fc.option(next),
        fc.boolean(),
        (before, wanted, several) => {
          const links = [...before, ...(wanted ? [wanted.text] : [])];
          const link = several ? links : links.join(', ');
          expect(nextLink({ link })).toBe(wanted?.url);
        },
      ),
    );
  });

  test('whatever it is, nothing is thrown, and it takes no time', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 3 }), (link) => {
        const found = nextLink({ link });
        expect(found === undefined || !/[<>]/.test(found)).toBe(true);
      }),
    );
    for (const piece of ['<', '<a>;', ' ;', '<a>; rel="', ';a=', '<a>;a="\\']) {
      expect(nextLink({ link: piece.repeat(16_384 / piece.length) })).toBeUndefined();
    }
  }, 2_000);
});

describe('the body of a refusal', () => {
  const place = { host: 'registry.test', operation: 'get manifest', repository: 'a/b' } as const;
  const status = fc.integer({ min: 400, max: 599 });
  const json = fc.jsonValue().map((value) => JSON.stringify(value));
  const errors = fc
    .record({ errors: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()) })
    .map((value) => JSON.stringify(value));
  const page = anything.map((text) => `<html><body>${text}</body></html>`);

  test('whatever it is, becomes one short line without markup or control characters', () => {
    fc.assert(
      fc.property(status, fc.oneof(anything, json, errors, page), (code, body) => {
        const refusal = { status: code, headers: {}, body: Buffer.from(body) };
        const error = refusalError(refusal, place, now);
        expect(error.detail).not.toBe('');
        expect(error.detail.length).toBeLessThanOrEqual(300);
        expect(error.detail).not.toMatch(/\p{C}/u);
        expect([error.status, error.host]).toEqual([code, 'registry.test']);
        if (error.code === 'server') expect(error.retryable).toBe(![501, 505].includes(code));
        expect(wantsLogin(refusal) ? error.code : 'unauthorized').toBe('unauthorized');
      }),
    );
  });

  test('of the specification gives its first code and message', () => {
    const word = fc.stringMatching(/^[A-Z][A-Z_]{2,20}$/);
    const sentence = fc.stringMatching(/^[a-z][a-z ]{1,60}[a-z]$/);
    fc.assert(
      fc.property(word, sentence, (code, message) => {
        const body = Buffer.from(
          JSON.stringify({
            errors: [
              { code, message },
              { code: 'OTHER', message: 'x' },
            ],
          }),
        );
        const { detail } = refusalError({ status: 400, headers: {}, body }, place, now);
        expect(detail).toBe(`${code}: ${message.replace(/ +/g, ' ')}`);
      }),
    );
  });
});
