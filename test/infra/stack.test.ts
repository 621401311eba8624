import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { QUEUE_LIMITS } from '../../core/queue/limits.ts';
import { TABLE } from '../../core/store/table.ts';
import { readTemplate, type Template } from './template.ts';
import { WRITER } from './variants.ts';

const ROOT = join(import.meta.dirname, '../..');
let out: string;
let plain: Template;
let url: Template;
let two: Template;
let team: Template;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'mirror-stacks-'));
  const script = join(ROOT, 'test/infra/synth-variants.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, out], { cwd: ROOT });
  expect(stdout).toBe('');
  const read = (variant: string, stack: string) =>
    readTemplate(join(out, variant, `${stack}.template.json`));
  plain = read('plain', 'Mirror-prod');
  url = read('url', 'Mirror-prod');
  two = read('elsewhere', 'Mirror-two');
  team = read('elsewhere', 'Mirror-two-to-team');
}, 120_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('what holds state', () => {
  /** Another id is another resource: the table would be made anew and empty, and Slack would post to nobody. */
  test('has ids that never change', () => {
    const ids = (type: string) => plain.all(type).map(([id]) => id);
    expect({
      table: ids('AWS::DynamoDB::GlobalTable'),
      secrets: ids('AWS::SecretsManager::Secret'),
      queues: ids('AWS::SQS::Queue'),
      api: ids('AWS::ApiGatewayV2::Api'),
      url: url.all('AWS::Lambda::Url').map(([id]) => id),
      alias: ids('AWS::Lambda::Alias'),
    }).toMatchInlineSnapshot();
  });

  test('stays when the stack goes', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret']) {
      for (const [, resource] of plain.all(type)) {
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      }
    }
    const { Properties } = plain.one('AWS::DynamoDB::GlobalTable', 'Table');
    expect(Properties['Replicas']).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
  });
});
