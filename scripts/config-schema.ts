import { writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { configSchema } from '../core/config/schema.ts';

export const CONFIG_SCHEMA_FILE = 'mirror.config.schema.json';

/**
 * The schema of mirror.config.json for editors, which know JSON Schema draft-07. What it cannot say (that two lengths
 * must fit each other) is left out; the program itself checks all of it.
 */
export function configSchemaText(): string {
  const schema = toJsonSchema(configSchema, { typeMode: 'input', errorMode: 'ignore' });
  return `${JSON.stringify({ ...schema, title: 'mirror.config.json' }, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL(`../${CONFIG_SCHEMA_FILE}`, import.meta.url), configSchemaText());
