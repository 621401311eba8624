/** How an SDK type looks in JSON 1.1: a timestamp is a number of seconds (smithy.io, awsJson1_1 protocol). */
export type Wire<T> = T extends Date
  ? number
  : T extends readonly (infer E)[]
    ? readonly Wire<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Wire<T[K]> }
      : T;

/** Epoch milliseconds to the wire's seconds with fraction. */
export const seconds = (epochMs: number): number => epochMs / 1000;
