import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { TABLE } from '../core/store/table.ts';

const TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER } as const;
const PROJECTIONS = { KEYS_ONLY: ProjectionType.KEYS_ONLY, ALL: ProjectionType.ALL } as const;
/** Far above what the largest figures of docs/scale.md need: a guard against a loop that nobody meant. */
const MAX_UNITS_A_SECOND = 2_000;

/** All state. Its id must stay: another one is another table. */
export function mirrorTable(stack: Stack): TableV2 {
  return new TableV2(stack, 'Table', {
    partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
    globalSecondaryIndexes: Object.values(TABLE.indexes).map((index) => ({
      indexName: index.name,
      partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
      sortKey: { name: index.sortKey, type: TYPES[index.sortKeyType] },
      projectionType: PROJECTIONS[index.projection],
    })),
    timeToLiveAttribute: TABLE.timeToLive,
    billing: Billing.onDemand({
      maxReadRequestUnits: MAX_UNITS_A_SECOND,
      maxWriteRequestUnits: MAX_UNITS_A_SECOND,
    }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
