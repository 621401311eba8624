/** One word of a command. `at` and `end` are its places in the text, for a caret below it. */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** In quotes as a whole: one value, and no option whatever it begins with. */
  readonly quoted: boolean;
}

export type Words =
  | { readonly ok: true; readonly words: readonly Word[] }
  /** A quote that nobody closes, and where it stands. */
  | { readonly ok: false; readonly at: number };

/**
 * A text in words. Quotes count at the start of a word or of an option's value (`--reason="…"`), and end before a blank
 * or the end: an apostrophe in the middle is a letter. Within them `\"` and `\\` stand for themselves.
 */
export function splitWords(text: string): Words {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at += 1;
      continue;
    }
    const option = /^--?[a-z][a-z-]*=/i.exec(text.slice(at))?.[0] ?? '';
    const opens = at + option.length;
    const quote = text[opens];
    if (quote === '"' || quote === "'") {
      const inside = readQuoted(text, opens);
      if (!inside) return { ok: false, at: opens };
      words.push({ text: option + inside.text, at, end: inside.end, quoted: option === '' });
      at = inside.end;
      continue;
    }
    const end = at + (/^\S+/.exec(text.slice(at))?.[0].length ?? 1);
    const bare = peel(text.slice(at, end));
    if (bare.text !== '') {
      words.push({
        text: bare.text,
        at: at + bare.from,
        end: at + bare.from + bare.text.length,
        quoted: false,
      });
    }
    at = end;
  }
  return { ok: true, words };
}

const isBlank = (letter: string | undefined): boolean => letter === undefined || /\s/.test(letter);

function readQuoted(
  text: string,
  opens: number,
): { readonly text: string; readonly end: number } | undefined {
  const quote = text[opens];
  let inside = '';
  for (let at = opens + 1; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    const next = text[at + 1];
    if (letter === '\\' && (next === quote || next === '\\')) {
      inside += next;
      at += 1;
    } else if (letter === quote && /^[,;.)]*(?:\s|$)/.test(text.slice(at + 1))) {
      const after = /^[,;.)]*/.exec(text.slice(at + 1))?.[0].length ?? 0;
      return { text: inside, end: at + 1 + after };
    } else inside += letter;
  }
  return undefined;
}

/** Backticks, brackets and a full stop around a word are not of it. */
function peel(word: string): { readonly text: string; readonly from: number } {
  const from = /^[`(]+/.exec(word)?.[0].length ?? 0;
  return { text: word.slice(from).replace(/[`"'),;.]+$/, ''), from };
}
