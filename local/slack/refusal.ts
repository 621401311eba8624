import type { JsonObject } from './json-object.ts';

/** Slack's `{ok: false, error, ...}`: thrown where it is found out, answered at the edge. */
export class Refusal extends Error {
  readonly code: string;
  readonly details: JsonObject;

  constructor(code: string, details: JsonObject = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }

  get answer(): JsonObject {
    return { ok: false, error: this.code, ...this.details };
  }
}

/** Faults in blocks and views, in the shape of Slack's answer (adobe/spacecat-api-service#176). */
export function refuseProblems(code: string, problems: readonly string[]): Refusal {
  if (problems.length === 0) return new Refusal(code);
  return new Refusal(code, {
    ...(code === 'invalid_blocks' ? { errors: problems } : {}),
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}
