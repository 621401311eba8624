import * as v from 'valibot';
import { readJson } from '../json.ts';

const shape = v.record(v.string(), v.union([v.string(), v.looseObject({})]));

/**
 * What the secret of the worker holds: one JSON object for all registries, by the names that
 * `registries.<host>.credentials` use. A value is `user:secret` or `{"username", "password"}`. One secret and not one a
 * registry: each is billed by the month.
 */
export function parseRegistrySecret(text: string | undefined): ReadonlyMap<string, string> {
  const parsed = v.safeParse(shape, readJson(text));
  if (!parsed.success) return new Map();
  return new Map(
    Object.entries(parsed.output).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
