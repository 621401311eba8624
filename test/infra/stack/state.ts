import { describe, expect, test } from '@jest/globals';
import { TABLE } from '../../../core/store/table.ts';
import { properties, type Stacks } from './stacks.ts';

/** The table, the secrets and what else a deployment must never replace. */
export function testState(stacks: Stacks): void {
  describe('what holds state', () => {
    /** Another id is another resource: the table would be made anew and empty, and Slack would post to nobody. */
    test('has ids that never change', () => {
      const ids = (type: string, template = stacks.plain) => template.all(type).map(([id]) => id);
      expect({
        table: ids('AWS::DynamoDB::GlobalTable'),
        secrets: ids('AWS::SecretsManager::Secret'),
        queues: ids('AWS::SQS::Queue'),
        api: ids('AWS::ApiGatewayV2::Api'),
        alias: ids('AWS::Lambda::Alias'),
        url: ids('AWS::Lambda::Url', stacks.url),
      }).toMatchInlineSnapshot(`
{
  "alias": [
    "BotLive14971D72",
  ],
  "api": [
    "ApiF70053CD",
  ],
  "queues": [
    "WorkDead88716165",
    "WorkBF636A8B",
    "NotifyDead73EFF4E1",
    "Notify29C25B1B",
    "Failed178E83A2",
  ],
  "secrets": [
    "SlackSecret",
    "RegistrySecret",
  ],
  "table": [
    "TableCD117FA1",
  ],
  "url": [
    "BotLiveFunctionUrl4E66DBDF",
  ],
}
`);
    });

    test('stays when the stack goes, and the table cannot be deleted by mistake', () => {
      for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret']) {
        for (const [, resource] of stacks.plain.all(type)) {
          expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
        }
      }
      const { Properties } = stacks.plain.one('AWS::DynamoDB::GlobalTable', 'Table');
      expect(Properties['Replicas']).toEqual([
        expect.objectContaining({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ]);
    });

    test('is the table that the store expects', () => {
      const { Properties } = stacks.plain.one('AWS::DynamoDB::GlobalTable', 'Table');
      const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
      expect(Properties['KeySchema']).toEqual([key(TABLE.partitionKey, 'HASH'), key(TABLE.sortKey, 'RANGE')]);
      expect(Properties['TimeToLiveSpecification']).toEqual({
        AttributeName: TABLE.timeToLive,
        Enabled: true,
      });
      const wanted = Object.values(TABLE.indexes).map((index) =>
        expect.objectContaining({
          IndexName: index.name,
          KeySchema: [key(index.partitionKey, 'HASH'), key(index.sortKey, 'RANGE')],
          Projection: { ProjectionType: index.projection },
        }),
      );
      expect(Properties['GlobalSecondaryIndexes']).toEqual(wanted);
      const numbers = Object.values(TABLE.indexes).map((index) => [index.sortKey, index.sortKeyType]);
      for (const [AttributeName, AttributeType] of numbers) {
        expect(Properties['AttributeDefinitions']).toContainEqual({ AttributeName, AttributeType });
      }
    });

    test('is never written over by a deployment: no secret has a value', () => {
      for (const secret of properties(stacks.plain, 'AWS::SecretsManager::Secret')) {
        expect(Object.keys(secret).filter((name) => !['Description', 'Tags'].includes(name))).toEqual([]);
      }
    });
  });
}
