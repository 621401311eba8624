/** One call of the Web API, and what comes back. */
export interface Step {
  /** As in docs.slack.dev/reference/methods. */
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** `ok`, or Slack's error code. */
  readonly expect: 'ok' | (string & {});
  /** Of an answer that is no `ok`: somewhere in its messages. */
  readonly says?: RegExp;
  /** A name for the answer's `ts`, for later steps. */
  readonly keep?: string;
}

/** One rule of Slack as the stand-in has it. Placeholders in braces: `{channel}`, and what earlier steps kept. */
export interface Rule {
  /** A sentence in the present tense. */
  readonly name: string;
  readonly steps: readonly Step[];
}
