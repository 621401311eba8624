import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CONFIG_SCHEMA_FILE, configSchemaText } from '../../../scripts/config-schema.ts';

const file = new URL(`../../../${CONFIG_SCHEMA_FILE}`, import.meta.url);

test('the schema file for editors is the one that the program checks by: npm run schema makes it anew', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(configSchemaText()));
});

test('editors mark what is missing and what is unknown, and know each default and choice', () => {
  expect(JSON.parse(configSchemaText())).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    required: ['teams', 'destinations', 'channels'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      rules: {
        items: { properties: { decision: { enum: ['auto', 'approve', 'deny'], default: 'approve' } } },
      },
      limits: {
        properties: {
          timing: { additionalProperties: false, properties: { leaseMs: { default: 120_000 } } },
        },
      },
    },
  });
});
