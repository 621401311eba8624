import type { RegistryError } from '../registry/errors.ts';

/** What a registry answered, for people and for its support: status, code and words, request id. All of it is redacted. */
export function answerText({ status, detail, requestId }: RegistryError): string {
  return [
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    detail,
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ');
}

/** The limit that was met, where the registry says how much it allows. */
export function windowOf({ limit: told }: RegistryError): {
  readonly limit?: number;
  readonly windowHours?: number;
} {
  const { limit, windowSeconds } = told ?? {};
  if (limit === undefined) return {};
  return { limit, ...(windowSeconds !== undefined && { windowHours: Math.round(windowSeconds / 360) / 10 }) };
}

/** The reserve that was reached. */
export function reserveOf({ limit: told }: RegistryError): {
  readonly left: number;
  readonly reserve: number;
  readonly limit?: number;
} {
  const { limit, remaining = 0, kept = 0 } = told ?? {};
  return { left: remaining, reserve: kept, ...(limit !== undefined && { limit }) };
}
