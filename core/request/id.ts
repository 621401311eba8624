import { createHash } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that an id can be read aloud and typed back. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const ID_MIN_LETTERS = 4;
export const ID_MAX_LETTERS = 16;

/** The same trigger has the same hash for ever: a replayed command finds its own request. */
export const triggerHash = (trigger: string): string => createHash('sha256').update(trigger).digest('hex');

/** `M-7F3K`: short and speakable; longer where a shorter one belongs to another trigger. */
export function requestId(hash: string, letters: number): string {
  let bits = BigInt(`0x${hash}`);
  let text = '';
  for (let n = 0; n < letters; n += 1) {
    text += ALPHABET[Number(bits & 31n)];
    bits >>= 5n;
  }
  return `M-${text}`;
}

const ID = /^M-[0-9A-HJKMNP-TV-Z]{4,16}$/;
/** What people type: lower case, O for 0, I and L for 1. Undefined = no id. */
export function parseRequestId(text: string): string | undefined {
  const id = text.trim().toUpperCase().replace(/^M-?/, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return ID.test(`M-${id}`) ? `M-${id}` : undefined;
}
