import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSignature, sign } from '../../../bot/http/signature.ts';

/** The example of docs.slack.dev/authentication/verifying-requests-from-slack. */
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BODY = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const TIMESTAMP = '1531420618';
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const NOW = 1_531_420_618_000;

const check = (over: Partial<Parameters<typeof checkSignature>[0]>, secrets = [SECRET], now = NOW) =>
  checkSignature({ body: BODY, timestamp: TIMESTAMP, signature: SIGNATURE, ...over }, secrets, now);

test('the example of Slack’s own page is good, and made the same', () => {
  expect(check({})).toBe('good');
  expect(sign(SECRET, TIMESTAMP, BODY)).toBe(SIGNATURE);
});

describe.each([
  ['a byte of the body is another', { body: Buffer.concat([BODY, Buffer.from('x')]) }, 'wrong'],
  ['the time is another than the one that was signed', { timestamp: '1531420619' }, 'wrong'],
  ['no signature', { signature: undefined }, 'unsigned'],
  ['no time', { timestamp: undefined }, 'unsigned'],
  ['another version of the scheme', { signature: SIGNATURE.replace('v0', 'v1') }, 'unsigned'],
  ['without a version', { signature: SIGNATURE.slice(3) }, 'unsigned'],
  ['in capital letters', { signature: SIGNATURE.toUpperCase() }, 'unsigned'],
  ['a digit too few', { signature: SIGNATURE.slice(0, -1) }, 'unsigned'],
  ['a time that is none', { timestamp: 'now' }, 'unsigned'],
  ['a time below zero', { timestamp: '-1531420618' }, 'unsigned'],
  ['a time with a fraction', { timestamp: '1531420618.5' }, 'unsigned'],
] as const)('%s', (_name, over, expected) => {
  test(`is ${expected}`, () => expect(check(over)).toBe(expected));
});

test.each([
  [300, 'good'],
  [301, 'stale'],
  [-300, 'good'],
  [-301, 'stale'],
  [86_400, 'stale'],
  [-86_400, 'stale'],
] as const)(
  'signed %i s ago it is %s: what is signed for later would be good for replays until then',
  (ago, expected) => {
    expect(check({}, [SECRET], NOW + ago * 1_000)).toBe(expected);
  },
);

test('while a secret is changed the old and the new one count, in any order, and no third one', () => {
  expect(check({}, ['0123456789abcdef', SECRET])).toBe('good');
  expect(check({}, [SECRET, '0123456789abcdef'])).toBe('good');
  expect(check({}, ['0123456789abcdef', 'fedcba9876543210'])).toBe('wrong');
  expect(check({}, [])).toBe('wrong');
});

test('an empty secret signs nothing: everybody knows it', () => {
  expect(() => sign('', TIMESTAMP, BODY)).toThrow(RangeError);
});

test('bytes are signed as they are, also those that are no text', () => {
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
  const whole = Buffer.concat([Buffer.from('v0:1:'), body]);
  expect(sign('secret', '1', body)).toBe(`v0=${createHmac('sha256', 'secret').update(whole).digest('hex')}`);
});

test('what is signed is good, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ minLength: 1 }), (body, secret) => {
      const signature = sign(secret, TIMESTAMP, body);
      expect(checkSignature({ body, timestamp: TIMESTAMP, signature }, [secret], NOW)).toBe('good');
    }),
    { numRuns: 200 },
  );
});
