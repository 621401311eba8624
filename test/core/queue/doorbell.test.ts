import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { formatDoorbell, parseDoorbell } from '../../../core/queue/doorbell.ts';

test('a doorbell is read as it was written', () => {
  expect(formatDoorbell('M-7F3K')).toBe('{"v":1,"requestId":"M-7F3K"}');
  expect(parseDoorbell(formatDoorbell('M-7F3K'))).toEqual({ kind: 'doorbell', requestId: 'M-7F3K' });
});

test('what a later process adds beside is passed over', () => {
  expect(parseDoorbell('{"v":1,"requestId":"M-7F3K","image":"2"}')).toEqual({
    kind: 'doorbell',
    requestId: 'M-7F3K',
  });
});

describe('what is none', () => {
  test.each([
    ['of a newer process', '{"v":2,"anything":[]}', 'newer'],
    ['of no version', '{"requestId":"M-7F3K"}', 'broken'],
    ['of version 0.5', '{"v":0.5,"requestId":"M-7F3K"}', 'broken'],
    ['of a version in words', '{"v":"2","requestId":"M-7F3K"}', 'broken'],
    ['without a request', '{"v":1}', 'broken'],
    ['with a request in lower case', '{"v":1,"requestId":"m-7f3k"}', 'broken'],
    ['with a request of 41 letters', `{"v":1,"requestId":"${'A'.repeat(41)}"}`, 'broken'],
    ['with a path for a request', '{"v":1,"requestId":"../../M-7F3K"}', 'broken'],
    ['with its parts in a prototype', '{"__proto__":{"v":1,"requestId":"M-7F3K"}}', 'broken'],
    ['with its version in a prototype', '{"__proto__":{"v":2},"requestId":"M-7F3K"}', 'broken'],
    ['in a list', '[1]', 'broken'],
    ['null', 'null', 'broken'],
    ['a number', '1', 'broken'],
    ['empty', '', 'broken'],
    ['torn', '{"v":1,"requestId":"M-7F', 'broken'],
    ['a mebibyte of junk', '\u0000'.repeat(1_048_576), 'broken'],
    ['a mebibyte of brackets', '['.repeat(1_048_576), 'broken'],
    ['a mebibyte of JSON', `{"v":1,"requestId":"${'A'.repeat(1_048_000)}"}`, 'broken'],
  ])('%s', (_, body, kind) => {
    expect(parseDoorbell(body)).toEqual({ kind });
  });

  test('whatever it is, it never throws and never gives a request that is no id', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((inner) => `{"v":1,"requestId":${inner}}`),
    );
    fc.assert(
      fc.property(body, (text) => {
        const result = parseDoorbell(text);
        if (result.kind === 'doorbell') expect(result.requestId).toMatch(/^[A-Z0-9-]{1,40}$/);
      }),
      { numRuns: 2_000, seed: 5 },
    );
  });

  test('reading leaves no trace on other objects', () => {
    parseDoorbell('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
