/** What cannot be read in a command, and where. */
export interface Mistake {
  readonly message: string;
  /** Place of the first wrong character in the text as it was read, from 0. */
  readonly at: number;
  readonly length: number;
  /** What most likely should stand there instead. */
  readonly meant?: string;
}

/** The whole text with what was meant in the place of what is wrong. */
export const corrected = (text: string, { at, length, meant }: Mistake): string | undefined =>
  meant === undefined ? undefined : `${text.slice(0, at)}${meant}${text.slice(at + length)}`;
