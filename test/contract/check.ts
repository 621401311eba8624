import type { ECRClient } from '@aws-sdk/client-ecr';

/** One rule of Amazon ECR as the stand-in has it: what is done, step by step, and what comes back. */
export interface Check {
  /** A sentence in the present tense. */
  readonly name: string;
  readonly steps: readonly Step[];
}

export type Step = HttpStep | ApiStep;

/** A request to the registry host, as it goes over the line. */
export interface HttpStep {
  readonly kind: 'http';
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path, or what an earlier step kept; placeholders in braces: `{mutable}`, `{upload}`. */
  readonly url: string;
  /** Added to the query that is there. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Default: the token of the account. */
  readonly authorization?: 'none' | 'as in headers';
  readonly expect: HttpExpectation;
  /** Placeholders for later steps, from headers of the answer; an address is made absolute. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface HttpExpectation {
  /** 0: the connection is closed instead of an answer. */
  readonly status: number;
  /** Of the first error in the body. */
  readonly code?: string;
  readonly message?: RegExp;
  /** `absent`: the header must not be there. */
  readonly headers?: Readonly<Record<string, RegExp | 'absent'>>;
  readonly body?: RegExp;
}

/** A call of the control API through the SDK. */
export interface ApiStep {
  readonly kind: 'api';
  /** The operation, for the report. */
  readonly operation: string;
  readonly call: (context: ApiContext) => Promise<object>;
  /** Dotted paths into the output, or an error by name; what is not named is not looked at. */
  readonly expect: ApiExpectation;
  /** Placeholders for later steps, from dotted paths of the output. */
  readonly keep?: Readonly<Record<string, string>>;
}

export type ApiExpectation =
  | { readonly kind: 'output'; readonly fields: Readonly<Record<string, Expected>> }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message?: RegExp;
      readonly fields?: Readonly<Record<string, Expected>>;
    };

/** A text is compared as it is; `absent` as a symbol of its own, because it could be a text. */
export type Expected = string | number | boolean | RegExp | typeof ABSENT;
export const ABSENT = Symbol('absent');

export interface ApiContext {
  readonly sdk: ECRClient;
  readonly names: ScratchNames;
  /** What earlier steps kept; throws where none did. */
  readonly kept: (name: string) => string;
}

/** The repositories that the checks work in; they are made for them and deleted afterwards. */
export interface ScratchNames {
  readonly mutable: string;
  readonly immutable: string;
  readonly other: string;
  /** Never created. */
  readonly missing: string;
}
