import { familiarReference, type Reference } from '../oci/reference.ts';

/** What people read of a failure. Plain text: renderers escape it. */
export interface FailureText {
  readonly summary: string;
  readonly hint: string;
  /** A corrected command, ready to paste. */
  readonly command?: string;
  /** Trying the same again can help: the Retry button is shown. */
  readonly retry: boolean;
}

export interface OfSource {
  readonly source: Reference;
}

/** As people know it: `nginx:1.21-alpine`. */
export const image = (source: Reference): string => familiarReference(source);

/** One entry of a list of failures: its code with the text that its parameters give. */
export const entry =
  <C extends string, P>(code: C, text: (params: P) => FailureText) =>
  (params: P): FailureText & { readonly code: C } => ({ code, ...text(params) });
